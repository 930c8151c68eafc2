package net.weft.examples.lab;

import java.nio.file.Files;
import java.nio.file.Path;

/** The directories of this checkout. */
public final class Project {
    private Project() {
    }

    /** The top folder, found upwards from the working directory of the tests. */
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
