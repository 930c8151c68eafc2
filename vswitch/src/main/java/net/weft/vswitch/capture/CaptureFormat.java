package net.weft.vswitch.capture;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A file format for captured frames. Every method appends whole blocks, so that a file is valid after each call. */
public sealed interface CaptureFormat permits PcapFormat, PcapngFormat {
    /** Maximum number of bytes that one method appends for a frame, apart from the frame itself. */
    int OVERHEAD = 2048;

    /** The supported file formats. */
    enum Kind {
        /** Classic pcap: timestamps only, without ports, directions or drops. */
        PCAP,
        /** pcapng: ports as interfaces, directions, drop reasons as comments, and the number of missed frames. */
        PCAPNG;

        /** The word users see. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Returns the format for a file name: {@code .pcap} and {@code .cap} are pcap, anything else is pcapng. */
        public static Kind ofFile(String name) {
            return name.endsWith(".pcap") || name.endsWith(".cap") ? PCAP : PCAPNG;
        }

        /** Returns the format with a label. */
        public static Optional<Kind> of(String label) {
            return List.of(values()).stream().filter(kind -> kind.label().equals(label)).findFirst();
        }

        /** Creates a writer of this format for one file. */
        public CaptureFormat format() {
            return this == PCAP ? new PcapFormat() : new PcapngFormat();
        }
    }

    /** A port as the file describes it. */
    record Interface(String name, String description) {
    }

    /**
     * A captured frame.
     * @param port index of the interface
     * @param timeNs capture time, nanoseconds since 1970
     * @param comment why the frame was dropped, or empty
     */
    record Frame(int port, boolean outbound, long timeNs, int captured, int original, String comment) {
        /** Returns whether the frame was dropped at its egress port, so that it never was on the wire. */
        public boolean neverLeft() {
            return outbound && !comment.isEmpty();
        }
    }

    /**
     * The statistics of one interface.
     * @param received frames received, missed frames included
     * @param missed frames that were lost because the consumer was too slow
     */
    record Statistics(long startNs, long endNs, long received, long missed) {
    }

    /** Appends the beginning of a file. */
    void begin(ByteBuffer to, List<Interface> ports, int snapLength);

    /**
     * Appends a frame, whose first {@code captured} bytes are in {@code bytes}.
     * @return false, with nothing appended, if the format cannot represent such a frame
     */
    boolean frame(ByteBuffer to, Frame frame, byte[] bytes);

    /** Appends the statistics of an interface at the end of a file. */
    void end(ByteBuffer to, int port, Statistics statistics);
}
