package net.weft.vswitch.device.pcap;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/**
 * Reads the frames of a capture file in order: any Ethernet capture that libpcap can read (pcap or pcapng). One thread.
 */
public final class CaptureReader implements AutoCloseable {
    private final Path file;
    private final PcapHandle handle;
    private long read;

    /**
     * A captured frame.
     *
     * @param timeNs capture time, ns since 1970
     */
    public record Frame(long timeNs, byte[] bytes) {
    }

    private CaptureReader(Path file, PcapHandle handle) {
        this.file = file;
        this.handle = handle;
    }

    /**
     * Opens a regular file. Other file types are refused, because reading them may block.
     *
     * @throws NoSuchFileException if the file does not exist
     * @throws AccessDeniedException if this process may not read it
     * @throws IOException if the file is not an Ethernet capture or libpcap is missing; the message is one sentence
     */
    public static CaptureReader open(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": is no regular file; expected a capture file");
        }
        if (!Files.isReadable(file)) {
            throw new AccessDeniedException(file.toString());
        }
        try {
            PcapHandle handle = Pcaps.openOffline(file.toString(), PcapHandle.TimestampPrecision.NANO);
            if (!handle.getDlt().equals(DataLinkType.EN10MB)) {
                String kind = handle.getDlt().name();
                handle.close();
                throw new IOException(file + ": it holds " + kind + ", not Ethernet frames");
            }
            return new CaptureReader(file, handle);
        } catch (PcapNativeException e) {
            throw new IOException(file + ": not a capture file that libpcap reads: " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw new IOException("libpcap is needed to read capture files and was not found: apt install libpcap0.8",
                    e);
        }
    }

    /**
     * Returns the next frame, or null at the end of the file.
     *
     * @throws IOException if the rest of the file is damaged, or the frame was truncated when captured; the message is
     *     one sentence
     */
    public @Nullable Frame next() throws IOException {
        try {
            byte[] bytes = handle.getNextRawPacketEx();
            read++;
            if (handle.getOriginalLength() > bytes.length) {
                throw new IOException(file + ": frame " + read + " was cut to " + bytes.length + " of "
                        + handle.getOriginalLength()
                        + " bytes when it was captured; capture with a larger snapshot length");
            }
            Timestamp time = handle.getTimestamp();
            return new Frame(Math.floorDiv(time.getTime(), 1000L) * 1_000_000_000L + time.getNanos(), bytes);
        } catch (EOFException e) {
            return null;
        } catch (PcapNativeException | NotOpenException | TimeoutException e) {
            throw new IOException(file + ": damaged behind frame " + read + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        handle.close();
    }
}
