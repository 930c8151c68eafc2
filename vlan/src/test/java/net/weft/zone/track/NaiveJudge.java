package net.weft.zone.track;

import java.nio.ByteBuffer;
import net.weft.packet.Tcp;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Prefix;
import net.weft.zone.ZoneVerdict;
import net.weft.zone.track.NaiveTracker.Seen;
import net.weft.zone.track.NaiveTracker.Tuple;
import net.weft.zone.track.Packet.Address;

/**
 * A naive judge of frames between zones, on a {@link NaiveTracker}. It takes well-formed TCP, UDP and ICMP queries without
 * options, data of TCP or later fragments. Frames are untagged.
 */
public final class NaiveJudge {
    private static final int ETHERNET = 14;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int ECHO_REQUEST = 8;

    private final NaiveTracker tracker = new NaiveTracker();

    /** Adopts policies; connections are judged again. */
    public void adopt(PolicyLookup policies) {
        tracker.policies = policies;
        tracker.epoch++;
    }

    public void nowSeconds(int seconds) {
        tracker.now = seconds;
    }

    /** Forgets all connections. */
    public void clear() {
        tracker.connections.clear();
    }

    /** Returns whether a frame passes from one zone to another. @param flooded whether its station is unknown */
    public boolean passes(byte[] frame, int vlan, int from, int to, int port, boolean flooded) {
        Fields fields = Fields.of(frame);
        if (fields.etherType != IPV4 && fields.etherType != IPV6) {
            return permits(fields, vlan, from, to);
        }
        tracker.flooded = flooded;
        return !fields.isToItself() && tracker.evaluate(fields.seen(vlan, from, to, port)) == ZoneVerdict.ALLOW;
    }

    /** Returns whether a frame to a group passes, by the policies alone. */
    public boolean passesToGroup(byte[] frame, int vlan, int from, int to) {
        Fields fields = Fields.of(frame);
        return !fields.isToItself() && permits(fields, vlan, from, to);
    }

    private boolean permits(Fields of, int vlan, int from, int to) {
        return PolicyDecision.isAllowed(tracker.policies.decision(vlan, from, to, of.etherType, of.protocol,
                of.protocol == 1 ? of.type : of.destinationPort, of.source.high(), of.source.low(),
                of.destination.high(), of.destination.low()));
    }

    /** @param type of ICMP; for others 0 */
    private record Fields(int etherType, int protocol, Address source, Address destination, int sourcePort,
            int destinationPort, int type, ByteBuffer payload) {
        static Fields of(byte[] bytes) {
            ByteBuffer frame = ByteBuffer.wrap(bytes);
            int etherType = Short.toUnsignedInt(frame.getShort(12));
            if (etherType == IPV4) {
                return of(etherType, frame.get(ETHERNET + 9), v4(frame.getInt(ETHERNET + 12)),
                        v4(frame.getInt(ETHERNET + 16)), frame.slice(ETHERNET + 20, bytes.length - ETHERNET - 20));
            }
            if (etherType == IPV6) {
                return of(etherType, frame.get(ETHERNET + 6), v6(frame, ETHERNET + 8), v6(frame, ETHERNET + 24),
                        frame.slice(ETHERNET + 40, bytes.length - ETHERNET - 40));
            }
            Address none = new Address(0, 0);
            return new Fields(etherType, PolicyLookup.NOT_IP, none, none, 0, 0, 0, frame);
        }

        private static Fields of(int etherType, int protocol, Address source, Address destination, ByteBuffer payload) {
            return protocol == 1
                    ? new Fields(etherType, protocol, source, destination, payload.getShort(4), ECHO_REQUEST,
                            payload.get(0), payload)
                    : new Fields(etherType, protocol, source, destination, Short.toUnsignedInt(payload.getShort(0)),
                            Short.toUnsignedInt(payload.getShort(2)), 0, payload);
        }

        private static Address v4(int address) {
            return new Address(0, Prefix.ipv4(address));
        }

        private static Address v6(ByteBuffer frame, int at) {
            return new Address(frame.getLong(at), frame.getLong(at + 8));
        }

        boolean isToItself() {
            return protocol != PolicyLookup.NOT_IP && source.equals(destination)
                    && (protocol == 1 || sourcePort == destinationPort);
        }

        Seen seen(int vlan, int from, int to, int port) {
            Tuple tuple = new Tuple(vlan, from, to, source, destination, protocol, sourcePort, destinationPort);
            return protocol == 6
                    ? new Seen(tuple, port, 0, false, payload.get(13) & (Tcp.FIN | Tcp.SYN | Tcp.RST | Tcp.ACK),
                            payload.getInt(4), payload.getInt(8), Short.toUnsignedInt(payload.getShort(14)), 0,
                            TcpSegment.NO_SCALE)
                    : new Seen(tuple, port, 0, protocol == 1 && type != ECHO_REQUEST, 0, 0, 0, 0, 0, 0);
        }
    }
}
