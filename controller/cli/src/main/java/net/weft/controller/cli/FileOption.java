package net.weft.controller.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.cli.connect.Surroundings;

/** Reads the configuration file of the option {@code -f}; {@code -} is standard input. */
public final class FileOption {
    /** Largest configuration that the API accepts, in bytes. */
    private static final int MAX_BYTES = 4 << 20;

    private FileOption() {
    }

    /**
     * Reads the file.
     *
     * @throws FailedException if the file cannot be read, is too large or not UTF-8
     */
    public static byte[] read(String file) {
        byte[] bytes;
        try (InputStream input = file.equals("-")
                ? Surroundings.current().input()
                : Files.newInputStream(Surroundings.current().resolve(Path.of(file)))) {
            bytes = input.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new FailedException(file + ": there is no such file");
        } catch (IOException e) {
            throw new FailedException(
                    file + ": cannot be read: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
        }
        if (bytes.length > MAX_BYTES) {
            throw new FailedException(file + ": larger than " + MAX_BYTES + " bytes");
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw new FailedException(file + ": not UTF-8 text");
        }
        return bytes;
    }
}
