package net.weft.vswitch.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Appends frames to a pcapng file in a section of their own. Blocks are buffered, and written when the buffer is full
 * or {@link #flush} is called. The file always ends with a whole block, even on a full disk or after an earlier run was
 * interrupted.
 * <p>
 * One thread.
 */
public final class CaptureWriter implements AutoCloseable {
    private static final int SECTION = 0x0A0D0D0A;
    private static final int BYTE_ORDER = 0x1A2B3C4D;
    private static final int BUFFER_BYTES = 256 << 10;
    private static final int SNAP_LENGTH = 262_144;

    private final CaptureFormat format = CaptureFormat.Kind.PCAPNG.format();
    private final ByteBuffer blocks = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final FileChannel file;
    private long whole;

    private CaptureWriter(FileChannel file) {
        this.file = file;
    }

    /**
     * Opens or creates a file and begins a section.
     * @throws IOException with a sentence, if the file cannot be created or written, or has other content
     */
    public static CaptureWriter append(Path path, CaptureFormat.Interface port) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        CaptureWriter writer = new CaptureWriter(file);
        try {
            writer.whole = wholeBlocks(file);
            file.truncate(writer.whole);
            file.position(writer.whole);
            writer.format.begin(writer.blocks, List.of(port), SNAP_LENGTH);
            writer.flush();
            return writer;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Returns the end offset of the last whole block. Behind it there may only be the incomplete block of an
     * interrupted run.
     * @throws IOException with a sentence, if the file has other content
     */
    private static long wholeBlocks(FileChannel file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        long at = 0;
        while (at + 12 <= file.size()) {
            read(file, header, at);
            int type = header.getInt(0);
            long length = Integer.toUnsignedLong(header.getInt(4));
            if (type == SECTION && header.getInt(8) == Integer.reverseBytes(BYTE_ORDER)) {
                throw new IOException(
                        "it exists and holds a big-endian section, which Weft does not go on; name another");
            }
            if (at == 0 && (type != SECTION || header.getInt(8) != BYTE_ORDER)) {
                throw new IOException("it exists and is no pcapng file; name another, or remove it");
            }
            if (length < 12 || (length & 3) != 0) {
                throw damaged(at);
            }
            if (at + length > file.size()) {
                return at;
            }
            read(file, header, at + length - 12);
            if (Integer.toUnsignedLong(header.getInt(8)) != length) {
                throw damaged(at);
            }
            at += length;
        }
        if (at == 0 && file.size() > 0) {
            throw new IOException("it exists and is no pcapng file; name another, or remove it");
        }
        return at;
    }

    private static IOException damaged(long at) {
        return new IOException(
                "it exists and is damaged from byte " + at + " on, behind which there may be more frames;"
                        + " name another");
    }

    private static void read(FileChannel file, ByteBuffer into, long at) throws IOException {
        into.clear();
        while (into.hasRemaining() && file.read(into, at + into.position()) > 0) {
            // until the buffer is full
        }
    }

    /**
     * Adds a frame to the buffer, and writes the buffer first if the frame does not fit.
     * @param timeNs nanoseconds since 1970
     * @throws IOException with a sentence; the file was truncated to whole blocks
     */
    public void write(byte[] frame, boolean outbound, long timeNs) throws IOException {
        if (blocks.remaining() < frame.length + CaptureFormat.OVERHEAD) {
            flush();
        }
        format.frame(blocks, new CaptureFormat.Frame(0, outbound, timeNs, frame.length, frame.length, ""), frame);
    }

    /** Writes the buffered blocks to the file. */
    public void flush() throws IOException {
        blocks.flip();
        long bytes = blocks.remaining();
        try {
            while (blocks.hasRemaining()) {
                file.write(blocks);
            }
            whole += bytes;
        } catch (IOException e) {
            file.truncate(whole);
            throw e;
        } finally {
            blocks.clear();
        }
    }

    @Override
    public void close() throws IOException {
        try (file) {
            flush();
        }
    }
}
