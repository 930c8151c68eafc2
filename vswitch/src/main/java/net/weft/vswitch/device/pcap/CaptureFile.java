package net.weft.vswitch.device.pcap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** Frames of a capture file, pcap or pcapng: whatever libpcap reads, if it is Ethernet. */
public final class CaptureFile {
    private CaptureFile() {
    }

    /**
     * One frame of a file.
     *
     * @param index which, from 1
     * @return the bytes that were captured
     * @throws IOException with a sentence: no such file or frame, not a capture, damaged, not Ethernet, cut short while
     *             captured, no libpcap
     */
    public static byte[] frame(Path file, int index) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException(file + ": there is no such file, or it may not be read");
        }
        try (PcapHandle handle = open(file)) {
            if (!handle.getDlt().equals(DataLinkType.EN10MB)) {
                throw new IOException(file + ": it holds " + handle.getDlt().name() + ", not Ethernet frames");
            }
            byte[] frame = handle.getNextRawPacket();
            int read = frame == null ? 0 : 1;
            while (frame != null && read < index) {
                frame = handle.getNextRawPacket();
                read += frame == null ? 0 : 1;
            }
            if (frame == null) {
                throw new IOException(file + ": there is no frame " + index + "; it holds " + read
                        + (read == 1 ? " whole frame" : " whole frames"));
            }
            if (handle.getOriginalLength() > frame.length) {
                throw new IOException(file + ": frame " + index + " was cut to " + frame.length + " of "
                        + handle.getOriginalLength()
                        + " bytes when it was captured; capture with a larger snapshot length");
            }
            return frame;
        } catch (NotOpenException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw new IOException("libpcap is needed to read capture files and was not found: apt install libpcap0.8",
                    e);
        }
    }

    private static PcapHandle open(Path file) throws IOException {
        try {
            return Pcaps.openOffline(file.toString());
        } catch (PcapNativeException e) {
            throw new IOException(file + ": not a capture file that libpcap reads: " + e.getMessage(), e);
        }
    }
}
