package net.weft.vswitch.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The pcapng format (draft-ietf-opsawg-pcapng): a section, an interface for each port, an enhanced packet block for
 * each frame with its direction and drop reason (as a comment), and statistics at the end.
 */
final class PcapngFormat implements CaptureFormat {
    private static final int SECTION = 0x0A0D0D0A;
    private static final int INTERFACE = 1;
    private static final int STATISTICS = 5;
    private static final int ENHANCED_PACKET = 6;
    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final short ETHERNET = 1;

    private static final int OPT_COMMENT = 1;
    private static final int SHB_USERAPPL = 4;
    private static final int IF_NAME = 2;
    private static final int IF_DESCRIPTION = 3;
    private static final int IF_TSRESOL = 9;
    private static final int EPB_FLAGS = 2;
    private static final int ISB_STARTTIME = 2;
    private static final int ISB_ENDTIME = 3;
    private static final int ISB_IFRECV = 4;
    private static final int ISB_IFDROP = 5;
    /** Timestamp resolution: 10 to the power of -9 s. */
    private static final byte NANOSECONDS = 9;
    private static final int INBOUND = 1;
    private static final int OUTBOUND = 2;
    private static final int MAX_TEXT = 512;

    @Override
    public void begin(ByteBuffer to, List<Interface> ports, int snapLength) {
        to.order(ByteOrder.LITTLE_ENDIAN);
        int section = open(to, SECTION);
        to.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
        text(to, SHB_USERAPPL, "Weft");
        endOfOptions(to);
        close(to, section);
        for (Interface port : ports) {
            int start = open(to, INTERFACE);
            to.putShort(ETHERNET).putShort((short) 0).putInt(snapLength);
            text(to, IF_NAME, port.name());
            text(to, IF_DESCRIPTION, port.description());
            option(to, IF_TSRESOL, 1).put(NANOSECONDS).put((byte) 0).putShort((short) 0);
            endOfOptions(to);
            close(to, start);
        }
    }

    @Override
    public boolean frame(ByteBuffer to, Frame frame, byte[] bytes) {
        int start = open(to, ENHANCED_PACKET);
        to.putInt(frame.port());
        time(to, frame.timeNs());
        to.putInt(frame.captured()).putInt(frame.original()).put(bytes, 0, frame.captured());
        pad(to, frame.captured());
        option(to, EPB_FLAGS, 4).putInt(frame.outbound() ? OUTBOUND : INBOUND);
        if (!frame.comment().isEmpty()) {
            text(to, OPT_COMMENT, frame.comment());
        }
        endOfOptions(to);
        close(to, start);
        return true;
    }

    @Override
    public void end(ByteBuffer to, int port, Statistics statistics) {
        int start = open(to, STATISTICS);
        to.putInt(port);
        time(to, statistics.endNs());
        time(option(to, ISB_STARTTIME, 8), statistics.startNs());
        time(option(to, ISB_ENDTIME, 8), statistics.endNs());
        option(to, ISB_IFRECV, 8).putLong(statistics.received());
        option(to, ISB_IFDROP, 8).putLong(statistics.missed());
        endOfOptions(to);
        close(to, start);
    }

    private static int open(ByteBuffer to, int type) {
        int start = to.position();
        to.putInt(type).putInt(0);
        return start;
    }

    /** Writes the length of a block at its beginning and end. */
    private static void close(ByteBuffer to, int start) {
        int length = to.position() - start + 4;
        to.putInt(start + 4, length).putInt(length);
    }

    private static void time(ByteBuffer to, long ns) {
        to.putInt((int) (ns >>> 32)).putInt((int) ns);
    }

    private static ByteBuffer option(ByteBuffer to, int code, int length) {
        return to.putShort((short) code).putShort((short) length);
    }

    private static void text(ByteBuffer to, int code, String text) {
        byte[] whole = text.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = whole.length > MAX_TEXT ? Arrays.copyOf(whole, MAX_TEXT) : whole;
        option(to, code, bytes.length).put(bytes);
        pad(to, bytes.length);
    }

    private static void endOfOptions(ByteBuffer to) {
        to.putInt(0);
    }

    private static void pad(ByteBuffer to, int length) {
        for (int n = length; (n & 3) != 0; n++) {
            to.put((byte) 0);
        }
    }
}
