package net.weft.examples.lab;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this checkout lies. */
public final class Project {
    private Project() {
    }

    /** The top folder, found from wherever below it the tests run. */
    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("examples/guest/make-guest"))) {
            Path parent = folder.getParent();
            if (parent == null) {
                throw new IllegalStateException("the tests run outside a checkout, in " + Path.of("").toAbsolutePath());
            }
            folder = parent;
        }
        return folder;
    }
}
