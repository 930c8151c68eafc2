package net.weft.vswitch.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A collector's half of sFlow version 5, written from its definition in XDR. */
final class SflowReader {
    record Flow(int sequence, int source, int rate, long pool, int drops, int input, int output, int protocol,
            int frameLength, int stripped, byte[] header, int inVlan, int inPriority, int outVlan, int outPriority) {
    }

    record Counters(int sequence, int source, int index, int type, int status, long inOctets, int inPackets,
            int inDiscards, long outOctets, int outPackets, int outDiscards) {
    }

    final List<Flow> flows = new ArrayList<>();
    final List<Counters> counters = new ArrayList<>();
    private int sequence;

    InetAddress read(byte[] datagram, int subAgent) throws UnknownHostException {
        ByteBuffer in = ByteBuffer.wrap(datagram);
        assertThat(in.getInt()).as("version").isEqualTo(5);
        byte[] agent = new byte[in.getInt() == 1 ? 4 : 16];
        in.get(agent);
        assertThat(in.getInt()).as("sub-agent").isEqualTo(subAgent);
        assertThat(in.getInt()).as("sequence").isEqualTo(++sequence);
        in.getInt();
        for (int samples = in.getInt(); samples > 0; samples--) {
            int format = in.getInt();
            int length = in.getInt();
            assertThat(length % 4).isZero();
            ByteBuffer sample = in.slice(in.position(), length);
            in.position(in.position() + length);
            if (format == 1) {
                flows.add(flow(sample));
            } else {
                assertThat(format).isEqualTo(2);
                counters.add(counters(sample));
            }
            assertThat(sample.hasRemaining()).as("a sample is as long as it says").isFalse();
        }
        assertThat(in.hasRemaining()).isFalse();
        return InetAddress.getByAddress(agent);
    }

    private static Flow flow(ByteBuffer in) {
        int number = in.getInt();
        int source = in.getInt();
        int rate = in.getInt();
        long pool = Integer.toUnsignedLong(in.getInt());
        int drops = in.getInt();
        int input = in.getInt();
        int output = in.getInt();
        assertThat(in.getInt()).as("records").isEqualTo(2);
        assertThat(in.getInt()).as("raw packet header").isEqualTo(1);
        int length = in.getInt();
        int end = in.position() + length;
        int protocol = in.getInt();
        int frameLength = in.getInt();
        int stripped = in.getInt();
        byte[] header = new byte[in.getInt()];
        in.get(header);
        assertThat(end - in.position()).as("padding").isBetween(0, 3);
        in.position(end);
        assertThat(in.getInt()).as("extended switch data").isEqualTo(1001);
        assertThat(in.getInt()).isEqualTo(16);
        return new Flow(number, source, rate, pool, drops, input, output, protocol, frameLength, stripped, header,
                in.getInt(), in.getInt(), in.getInt(), in.getInt());
    }

    private static Counters counters(ByteBuffer in) {
        int number = in.getInt();
        int source = in.getInt();
        assertThat(in.getInt()).as("records").isEqualTo(1);
        assertThat(in.getInt()).as("generic interface counters").isEqualTo(1);
        assertThat(in.getInt()).isEqualTo(88);
        int index = in.getInt();
        int type = in.getInt();
        assertThat(in.getLong()).as("speed, unknown").isZero();
        assertThat(in.getInt()).as("full duplex").isEqualTo(1);
        int status = in.getInt();
        long inOctets = in.getLong();
        int inPackets = in.getInt();
        in.getLong();
        int inDiscards = in.getInt();
        in.getLong();
        long outOctets = in.getLong();
        int outPackets = in.getInt();
        in.getLong();
        int outDiscards = in.getInt();
        in.getLong();
        return new Counters(number, source, index, type, status, inOctets, inPackets, inDiscards, outOctets, outPackets,
                outDiscards);
    }
}
