package net.weft.vswitch.export;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.observe.SampledFrame;

/**
 * The key of a flow: the bytes of the key fields of its record, in the order of {@link FlowTemplate}. The key is read
 * from the sampled head of a frame, which is untrusted: fields that {@link HeaderParser} did not validate are left 0.
 * <p>
 * The key is mutable, so that a lookup allocates nothing; a table stores a {@link #copy}.
 */
final class FlowKey {
    /** Values of forwardingStatus (IE 89): forwarded; dropped for an unknown reason; dropped by a policer; consumed. */
    static final int FORWARDED = 64;
    static final int DROPPED = 128;
    static final int POLICED = 138;
    static final int CONSUMED = 192;

    private static final long SECRET = new SecureRandom().nextLong();

    private final byte[] bytes;
    private final ByteBuffer buffer;
    private FlowTemplate template = FlowTemplate.LAYER2;

    FlowKey() {
        this(new byte[FlowTemplate.MAX_KEY_BYTES + 7 & ~7]);
    }

    private FlowKey(byte[] bytes) {
        this.bytes = bytes;
        buffer = ByteBuffer.wrap(bytes);
    }

    FlowKey copy() {
        FlowKey copy = new FlowKey(bytes.clone());
        copy.template = template;
        return copy;
    }

    FlowTemplate template() {
        return template;
    }

    /** The key fields in record order: the first {@code template().keyBytes()} bytes of the array are valid. */
    byte[] bytes() {
        return bytes;
    }

    /** Reads the key of a frame into this object and returns the result word of {@link HeaderParser}. */
    long read(SampledFrame frame) {
        MemorySegment head = frame.head();
        Arrays.fill(bytes, (byte) 0);
        buffer.clear().putInt(frame.ingress()).putInt(frame.egress()).putShort((short) frame.vid());
        if (frame.headLength() >= 12) {
            MemorySegment.copy(head, ValueLayout.JAVA_BYTE, 6, bytes, 10, 6);
            MemorySegment.copy(head, ValueLayout.JAVA_BYTE, 0, bytes, 16, 6);
        }
        long parsed = HeaderParser.parse(head, 0, frame.typeOffset(), frame.headLength(), frame.wireLength());
        buffer.putShort(22, (short) HeaderParser.etherType(parsed)).put(24, (byte) status(frame));
        int l3 = HeaderParser.l3Offset(parsed);
        int available = frame.headLength() - l3;
        int type = HeaderParser.etherType(parsed);
        if (type == EtherType.IPV4 && Ipv4.check(head, l3, available)) {
            template = FlowTemplate.IPV4;
            transport(head, parsed, Ipv4.protocol(head, l3), Ipv4.tos(head, l3));
            buffer.putInt(33, Ipv4.source(head, l3)).putInt(37, Ipv4.destination(head, l3));
        } else if (type == EtherType.IPV6 && Ipv6.check(head, l3, available)) {
            template = FlowTemplate.IPV6;
            transport(head, parsed, HeaderParser.protocol(parsed), Ipv6.trafficClass(head, l3));
            buffer.putLong(33, Ipv6.sourceHigh(head, l3)).putLong(41, Ipv6.sourceLow(head, l3));
            buffer.putLong(49, Ipv6.destinationHigh(head, l3)).putLong(57, Ipv6.destinationLow(head, l3));
        } else {
            template = FlowTemplate.LAYER2;
        }
        return parsed;
    }

    private void transport(MemorySegment head, long parsed, int protocol, int trafficClass) {
        buffer.put(25, (byte) protocol).put(26, (byte) trafficClass);
        if (!HeaderParser.isL4Complete(parsed)) {
            return;
        }
        int l4 = HeaderParser.l4Offset(parsed);
        if (protocol == IpProtocol.TCP || protocol == IpProtocol.UDP) {
            MemorySegment.copy(head, ValueLayout.JAVA_BYTE, l4, bytes, 27, 4);
        } else if (protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6) {
            MemorySegment.copy(head, ValueLayout.JAVA_BYTE, l4, bytes, 31, 2);
        }
    }

    private static int status(SampledFrame frame) {
        return switch (frame.fate()) {
            case FORWARDED, FLOODED -> FORWARDED;
            case CONSUMED -> CONSUMED;
            case DROPPED ->
                frame.reason() == DropReason.RATE_LIMIT || frame.reason() == DropReason.STORM_LIMIT ? POLICED : DROPPED;
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FlowKey that && template == that.template && Arrays.equals(bytes, that.bytes);
    }

    /** A hash keyed with a secret, so that an attacker cannot craft flows that all collide. */
    @Override
    public int hashCode() {
        long hash = SECRET;
        for (int at = 0; at < bytes.length; at += Long.BYTES) {
            hash = (hash ^ buffer.getLong(at)) * 0x9E37_79B9_7F4A_7C15L;
            hash ^= hash >>> 32;
        }
        return (int) hash;
    }
}
