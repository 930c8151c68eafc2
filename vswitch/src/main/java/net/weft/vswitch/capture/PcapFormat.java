package net.weft.vswitch.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The classic pcap format (draft-ietf-opsawg-pcap) with nanosecond timestamps. It has neither ports nor directions, so
 * frames that never left their egress port are omitted: they would look as if they had been sent.
 */
final class PcapFormat implements CaptureFormat {
    private static final int MAGIC_NANOSECONDS = 0xa1b23c4d;
    private static final int ETHERNET = 1;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    @Override
    public void begin(ByteBuffer to, List<Interface> ports, int snapLength) {
        to.order(ByteOrder.LITTLE_ENDIAN);
        to.putInt(MAGIC_NANOSECONDS).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0).putInt(snapLength)
                .putInt(ETHERNET);
    }

    @Override
    public boolean frame(ByteBuffer to, Frame frame, byte[] bytes) {
        if (frame.neverLeft()) {
            return false;
        }
        to.putInt((int) (frame.timeNs() / NS_PER_SECOND)).putInt((int) (frame.timeNs() % NS_PER_SECOND))
                .putInt(frame.captured()).putInt(frame.original()).put(bytes, 0, frame.captured());
        return true;
    }

    @Override
    public void end(ByteBuffer to, int port, Statistics statistics) {
        // pcap has no statistics
    }
}
