package net.weft.controller.cli.show;

import com.google.protobuf.ByteString;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.weft.controller.cli.connect.FailedException;
import org.jspecify.annotations.Nullable;

/**
 * The destination of a capture: a file, created when the first chunk arrives, or standard output. A file contains
 * complete blocks only, even if the disk is full.
 */
final class CaptureOutput implements AutoCloseable {
    private final @Nullable Path file;
    private @Nullable FileChannel channel;
    private long completeBytes;

    private CaptureOutput(@Nullable Path file) {
        this.file = file;
    }

    static CaptureOutput file(Path file) {
        return new CaptureOutput(file);
    }

    static CaptureOutput standard() {
        return new CaptureOutput(null);
    }

    boolean isStandard() {
        return file == null;
    }

    /** Returns whether anything has been written. */
    boolean isBegun() {
        return channel != null;
    }

    /**
     * Writes the next chunk.
     *
     * @return false if the reader of standard output has closed it
     * @throws FailedException if the file cannot be created or written
     */
    boolean write(ByteString part) {
        FileChannel to = channel == null ? open() : channel;
        channel = to;
        try {
            for (ByteBuffer bytes : part.asReadOnlyByteBufferList()) {
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
            }
            completeBytes += part.size();
            return true;
        } catch (IOException e) {
            if (file == null && String.valueOf(e.getMessage()).contains("Broken pipe")) {
                return false;
            }
            throw new FailedException((file == null ? "standard output" : file) + ": " + e.getMessage() + cutBack(to));
        }
    }

    private FileChannel open() {
        if (file == null) {
            return new FileOutputStream(FileDescriptor.out).getChannel();
        }
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING);
        } catch (NoSuchFileException e) {
            throw new FailedException(file + ": there is no such directory");
        } catch (AccessDeniedException e) {
            throw new FailedException(file + ": permission denied");
        } catch (IOException e) {
            throw new FailedException(file + ": it cannot be written: " + e.getMessage());
        }
    }

    /** Truncates the file to complete blocks, so that it remains readable. */
    private String cutBack(FileChannel to) {
        if (file == null) {
            return "";
        }
        try {
            to.truncate(completeBytes);
            return "; what was captured until then is in it";
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        try {
            if (channel != null && file != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new FailedException(file + ": " + e.getMessage());
        }
    }
}
