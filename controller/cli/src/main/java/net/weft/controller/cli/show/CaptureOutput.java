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

/** Where a capture is written: a file, made when its first part is there, or standard output. Holds whole blocks only, also on a full disk. */
final class CaptureOutput implements AutoCloseable {
    private final @Nullable Path file;
    private @Nullable FileChannel channel;
    private long whole;

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

    /** Whether anything has been written. */
    boolean isBegun() {
        return channel != null;
    }

    /**
     * Writes the next part.
     *
     * @return false when whoever reads standard output has gone
     * @throws FailedException if the file cannot be made or takes no more
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
            whole += part.size();
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

    /** So that what is in the file can be read. */
    private String cutBack(FileChannel to) {
        if (file == null) {
            return "";
        }
        try {
            to.truncate(whole);
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
