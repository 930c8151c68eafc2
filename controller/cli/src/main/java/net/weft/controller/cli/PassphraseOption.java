package net.weft.controller.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.cli.connect.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the file with a passphrase; {@code -} is standard input. */
final class PassphraseOption {
    private static final int MAX_BYTES = 1024;

    @Option(names = "--passphrase-file", paramLabel = "FILE", description = "file whose first line is the passphrase of the keys, at least 12 characters; - reads standard input")
    private @Nullable String file;

    boolean isGiven() {
        return file != null;
    }

    /** Returns the passphrase; empty if the option was not given. */
    String read() {
        if (file == null) {
            return "";
        }
        try (InputStream input = file.equals("-")
                ? Surroundings.current().input()
                : Files.newInputStream(Surroundings.current().resolve(Path.of(file)))) {
            String text = new String(input.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
            return text.lines().findFirst().filter(line -> !line.isBlank())
                    .orElseThrow(() -> new FailedException(file + ": its first line is empty, expected a passphrase"));
        } catch (IOException e) {
            throw new FailedException(file + ": cannot be read: " + e.getMessage());
        }
    }
}
