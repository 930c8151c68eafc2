package net.weft.controller.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.cli.connect.Surroundings;

/** Reads the configuration file of the option {@code -f}; {@code -} is standard input. */
public final class FileOption {
    /** Largest file that the API accepts, in bytes. */
    private static final int MAX_BYTES = 16 << 20;

    private static final int PART = 8192;

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
            throw new FailedException(file + ": the file has more than " + MAX_BYTES
                    + " bytes (16 MiB): leave comments out, or write each object on one line");
        }
        if (!isText(ByteBuffer.wrap(bytes))) {
            throw new FailedException(file + ": not UTF-8 text");
        }
        return bytes;
    }

    private static boolean isText(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer part = CharBuffer.allocate(PART);
        CoderResult result = CoderResult.OVERFLOW;
        while (result.isOverflow()) {
            result = decoder.decode(bytes, part.clear(), true);
        }
        return result.isUnderflow();
    }
}
