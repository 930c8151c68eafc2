package net.weft.vswitch.capture;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How frames stand in a file. Every method appends whole blocks, so a file may be cut after each. */
public sealed interface CaptureFormat permits PcapFormat, PcapngFormat {
    /** Bytes that any one method appends at most for a frame, apart from the frame itself. */
    int OVERHEAD = 2048;

    /** What a file may be written as. */
    enum Kind {
        /** One time line; neither ports nor directions nor drops. */
        PCAP,
        /** Ports as interfaces, directions, drops as comments, and how many frames were missed. */
        PCAPNG;

        /** The word users see. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** What a file's name says it is: {@code .pcap} is pcap, anything else pcapng. */
        public static Kind ofFile(String name) {
            return name.endsWith(".pcap") || name.endsWith(".cap") ? PCAP : PCAPNG;
        }

        /** The kind of that label. */
        public static Optional<Kind> of(String label) {
            return List.of(values()).stream().filter(kind -> kind.label().equals(label)).findFirst();
        }

        /** A file's form from here on. */
        public CaptureFormat format() {
            return this == PCAP ? new PcapFormat() : new PcapngFormat();
        }
    }

    /** A port, as the file names it. */
    record Interface(String name, String description) {
    }

    /**
     * One frame.
     *
     * @param port index of the interface
     * @param timeNs since 1970
     * @param comment why it went no further, or empty
     */
    record Frame(int port, boolean outbound, long timeNs, int captured, int original, String comment) {
        /** Whether it never was on the wire: it was to leave by the port, and did not. */
        public boolean neverLeft() {
            return outbound && !comment.isEmpty();
        }
    }

    /**
     * What one interface saw.
     *
     * @param received frames, those missed included
     * @param missed frames that came faster than they were taken
     */
    record Statistics(long startNs, long endNs, long received, long missed) {
    }

    /** The beginning. */
    void begin(ByteBuffer to, List<Interface> ports, int snapLength);

    /**
     * A frame, whose first {@code captured} bytes are in {@code bytes}.
     *
     * @return false, and nothing appended, when this form cannot tell such a frame from others
     */
    boolean frame(ByteBuffer to, Frame frame, byte[] bytes);

    /** The end of an interface's part. */
    void end(ByteBuffer to, int port, Statistics statistics);
}
