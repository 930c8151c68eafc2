package net.weft.vswitch.device.pcap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** Reads single frames of a capture file: any Ethernet capture that libpcap can read (pcap or pcapng). */
public final class CaptureFile {
    private CaptureFile() {
    }

    /**
     * Reads one frame of a file.
     *
     * @param index number of the frame, from 1
     * @return the bytes that were captured
     * @throws IOException if there is no such file or frame, the file is damaged or not an Ethernet capture, the frame
     *     was truncated when captured, or libpcap is missing; the message is one sentence
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
