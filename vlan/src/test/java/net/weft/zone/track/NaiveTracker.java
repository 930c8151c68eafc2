package net.weft.zone.track;

import java.util.LinkedHashMap;
import java.util.Map;
import net.weft.packet.Tcp;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Timeouts;
import net.weft.zone.ZoneVerdict;
import net.weft.zone.track.Packet.Address;
import org.jspecify.annotations.Nullable;

/** What {@link ConnTracker} should do, with a map and objects, for packets that are well-formed. */
final class NaiveTracker {
    /** A packet's addresses; for ICMP queries the identifier and the query's type are the ports, both ways. */
    record Tuple(int vlan, int from, int to, Address source, Address destination, int protocol, int sourcePort,
            int destinationPort) {
        Tuple reversed() {
            boolean icmp = protocol == 1 || protocol == 58;
            return new Tuple(vlan, to, from, destination, source, protocol, icmp ? sourcePort : destinationPort,
                    icmp ? destinationPort : sourcePort);
        }
    }

    /** @param answer whether it is an ICMP answer */
    record Seen(Tuple tuple, int ingressPort, int bytes, boolean answer, int flags, int sequence, int acknowledgment,
            int window, int length, int scale) {
        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        int end() {
            return sequence + length + (has(Tcp.SYN) ? 1 : 0) + (has(Tcp.FIN) ? 1 : 0);
        }
    }

    /** One side of TCP. */
    static final class Side {
        boolean known;
        boolean seen;
        int end;
        /** What of it the other side has acknowledged. */
        int acked;
        int granted;
        int largest;
        int scale;
        boolean fin;
        boolean finAcked;
        boolean reset;

        long largestBytes() {
            return Math.max((long) largest << scale, 1);
        }
    }

    static final class Connection {
        String state = "";
        boolean replied;
        boolean liberal;
        /** Whether a flooded packet began it, which may have begun others in other zones. */
        boolean flooded;
        /** Low bits of what an answer to a SYN acknowledges that came while it was open; negative for none. */
        int newSyn = -1;
        int decision;
        int epoch;
        int ingressPort;
        long lastSeen;
        final Side[] sides = {new Side(), new Side()};
        final long[] packets = new long[2];
        final long[] bytes = new long[2];

        boolean isUnanswered() {
            return state.equals("syn-sent") || state.equals("unreplied");
        }

        boolean isSpare() {
            return switch (state) {
                case "syn-sent", "syn-received", "picked-up", "closed", "unreplied" -> true;
                default -> false;
            };
        }
    }

    final Map<Tuple, Connection> connections = new LinkedHashMap<>();
    PolicyLookup policies = Bed.NOTHING;
    int epoch;
    long now;
    Timeouts timeouts = Timeouts.DEFAULT;

    int decision;
    PacketState state = PacketState.DENIED;
    @Nullable
    Connection begun;
    /** Whether the packet is one to an unknown station. */
    boolean flooded;

    int evaluate(Seen packet) {
        begun = null;
        Tuple tuple = packet.tuple;
        int side = connections.containsKey(tuple) ? 0 : 1;
        Tuple key = side == 0 ? tuple : tuple.reversed();
        if (packet.answer) {
            key = tuple.reversed();
            side = 1;
        } else if (tuple.protocol == 1 || tuple.protocol == 58) {
            key = tuple;
            side = 0;
        }
        Connection connection = connections.get(key);
        if (connection != null && now - connection.lastSeen >= silence(key, connection)) {
            connections.remove(key);
            connection = null;
        }
        if (connection != null && connection.epoch != epoch) {
            if ((connection.decision & PolicyDecision.KEEP_ESTABLISHED) == 0) {
                int said = ask(key, key.destinationPort);
                if (!PolicyDecision.isAllowed(said) || (said & PolicyDecision.STATELESS) != 0) {
                    connections.remove(key);
                    if (!PolicyDecision.isAllowed(said)) {
                        return denied(said);
                    }
                    return without(packet);
                }
                connection.decision = said;
            }
            connection.epoch = epoch;
        }
        if (connection == null) {
            return without(packet);
        }
        boolean wasReplied = connection.replied;
        if (tuple.protocol == 6) {
            String result = new NaiveTcp(connection, side, packet, now).evaluate();
            if (result.equals("anew")) {
                connections.remove(key);
                return without(packet);
            }
            if (result.equals("invalid")) {
                decision = kept(connection);
                return invalid();
            }
        } else {
            connection.lastSeen = now;
            if (side == 1 && !connection.replied) {
                connection.replied = true;
                connection.state = tuple.protocol == 17 ? "stream" : "replied";
            }
        }
        if (!wasReplied && connection.replied && connection.flooded) {
            removeSiblings(key);
        }
        count(connection, side, packet);
        decision = kept(connection);
        boolean closing = connection.state.equals("half-closed") || connection.state.equals("closing")
                || connection.state.equals("closed");
        state = closing
                ? PacketState.CLOSING
                : connection.isSpare()
                        ? PacketState.OPENING
                        : side == 0 ? PacketState.ESTABLISHED : PacketState.REPLY;
        return ZoneVerdict.ALLOW;
    }

    /** The first answer leaves of the connections that one flooded packet began only the answered one. */
    private void removeSiblings(Tuple answered) {
        connections.entrySet().removeIf(entry -> entry.getKey().to != answered.to && entry.getValue().flooded
                && entry.getValue().isUnanswered() && entry.getKey().equals(new Tuple(answered.vlan, answered.from,
                        entry.getKey().to, answered.source, answered.destination, answered.protocol,
                        answered.sourcePort, answered.destinationPort)));
    }

    private static int kept(Connection connection) {
        return connection.decision & ~(PolicyDecision.MIDSTREAM | PolicyDecision.STATELESS | PolicyDecision.ACTION);
    }

    private int ask(Tuple tuple, int port) {
        int etherType = tuple.source.high() == 0 ? 0x0800 : 0x86dd;
        return policies.decision(tuple.vlan, tuple.from, tuple.to, etherType, tuple.protocol, port, tuple.source.high(),
                tuple.source.low(), tuple.destination.high(), tuple.destination.low());
    }

    private int without(Seen packet) {
        Tuple tuple = packet.tuple;
        int port = packet.answer ? tuple.destinationPort == 8 ? 0 : 129 : tuple.destinationPort;
        int said = ask(tuple, port);
        if (tuple.protocol == 6 && (packet.flags & (Tcp.SYN | Tcp.ACK | Tcp.RST)) != Tcp.SYN) {
            if (!flooded && (packet.flags & (Tcp.SYN | Tcp.ACK | Tcp.RST)) == Tcp.ACK) {
                if (isPickedUp(said)) {
                    return pickUp(tuple, said, 0, packet);
                }
                Tuple reversed = tuple.reversed();
                int back = (said & PolicyDecision.STATELESS) != 0 ? said : ask(reversed, reversed.destinationPort);
                if (isPickedUp(back)) {
                    return pickUp(reversed, back, 1, packet);
                }
            }
            return nothing(said);
        }
        if (packet.answer || !PolicyDecision.isAllowed(said) || (said & PolicyDecision.STATELESS) != 0) {
            return nothing(said);
        }
        Connection connection = begin(tuple, said, packet, tuple.protocol == 6 ? "syn-sent" : "unreplied");
        if (tuple.protocol == 6) {
            Side mine = connection.sides[0];
            mine.seen = true;
            mine.known = true;
            mine.end = packet.end();
            mine.acked = packet.sequence + 1;
            mine.largest = packet.window;
            mine.scale = packet.scale;
        }
        count(connection, 0, packet);
        return ZoneVerdict.ALLOW;
    }

    private static boolean isPickedUp(int said) {
        return PolicyDecision.isAllowed(said) && (said & PolicyDecision.STATELESS) == 0
                && (said & PolicyDecision.MIDSTREAM) != 0;
    }

    private int pickUp(Tuple key, int said, int side, Seen packet) {
        Connection connection = begin(key, said, packet, "picked-up");
        connection.liberal = true;
        Side mine = connection.sides[side];
        Side other = connection.sides[1 - side];
        mine.known = true;
        other.known = true;
        mine.seen = true;
        mine.scale = 14;
        other.scale = 14;
        mine.largest = packet.window;
        other.largest = 65_535;
        mine.end = packet.end();
        mine.acked = packet.sequence - (1 << 30);
        other.acked = packet.acknowledgment;
        mine.granted = packet.acknowledgment + Math.max(packet.window << 14, 1);
        other.end = packet.acknowledgment;
        other.granted = packet.end() + (1 << 30);
        count(connection, side, packet);
        return ZoneVerdict.ALLOW;
    }

    private Connection begin(Tuple key, int said, Seen packet, String first) {
        Connection connection = new Connection();
        connection.state = first;
        connection.flooded = flooded;
        connection.decision = said;
        connection.epoch = epoch;
        connection.ingressPort = packet.ingressPort;
        connection.lastSeen = now;
        connections.put(key, connection);
        begun = connection;
        decision = said;
        state = PacketState.NEW;
        return connection;
    }

    private static void count(Connection connection, int side, Seen packet) {
        connection.packets[side]++;
        connection.bytes[side] += packet.bytes;
    }

    private int nothing(int said) {
        decision = said;
        if (!PolicyDecision.isAllowed(said)) {
            return denied(said);
        }
        if ((said & PolicyDecision.STATELESS) != 0) {
            state = PacketState.STATELESS;
            return ZoneVerdict.ALLOW;
        }
        return invalid();
    }

    private int denied(int said) {
        decision = said;
        state = PacketState.DENIED;
        return ZoneVerdict.of(said);
    }

    private int invalid() {
        state = PacketState.INVALID;
        return ZoneVerdict.INVALID_STATE;
    }

    private long silence(Tuple key, Connection connection) {
        return switch (connection.state) {
            case "syn-sent", "syn-received", "picked-up" -> timeouts.tcpOpening();
            case "established" -> timeouts.tcpEstablished();
            case "half-closed" -> timeouts.tcpHalfClosed();
            case "closing", "closed" -> timeouts.tcpClosing();
            case "stream" -> timeouts.udpStream();
            default -> key.protocol == 17
                    ? timeouts.udp()
                    : key.protocol == 1 || key.protocol == 58 ? timeouts.icmp() : timeouts.other();
        };
    }

    void sweep() {
        connections.entrySet()
                .removeIf(entry -> now - entry.getValue().lastSeen >= silence(entry.getKey(), entry.getValue()));
    }
}
