package net.weft.zone.track;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Timeouts;
import net.weft.zone.track.Packet.Address;

/** A table, a tracker, and policies that let guests talk to servers. Its clock begins at 1000 s. */
final class Bed {
    static final int VLAN = 10;
    static final int GUESTS = 2;
    static final int SERVERS = 3;
    static final int GUEST_PORT = 1;
    static final int SERVER_PORT = 2;
    static final Address CLIENT = Address.v4(1);
    static final Address SERVER = Address.v4(2);
    static final PolicyLookup GUESTS_TO_SERVERS = saying(PolicyDecision.allowedBy(7));
    static final PolicyLookup NOTHING = saying(PolicyDecision.withoutPolicy(false));

    final int capacity;
    final MemorySegment memory;
    ConnectionTable table;
    ConnTracker tracker;
    PolicyLookup policies = GUESTS_TO_SERVERS;
    ConnectionLimits limits;
    int epoch = 1;
    int nowSeconds = 1000;

    Bed() {
        this(1000, 0);
    }

    Bed(int capacity, int coldSeconds) {
        this.capacity = capacity;
        memory = Arena.ofAuto().allocate(ConnectionMemory.bytes(capacity), 64);
        limits = new ConnectionLimits(capacity, capacity, capacity);
        attach(coldSeconds);
    }

    /** Says this of packets from guests to servers, and denies all others. */
    static PolicyLookup saying(int decision) {
        return (vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
                destinationLow) -> from == GUESTS && to == SERVERS ? decision : PolicyDecision.withoutPolicy(false);
    }

    /** What a new process would do. */
    void attach(int coldSeconds) {
        table = ConnectionMemory.attach(memory, capacity, 1, 2, 3, nowSeconds, coldSeconds);
        tracker = ConnTracker.of(table);
        adopt(policies);
        at(nowSeconds);
    }

    void adopt(PolicyLookup next) {
        policies = next;
        tracker.adopt(next, ++epoch, Timeouts.DEFAULT, limits);
    }

    void limit(ConnectionLimits next) {
        limits = next;
        adopt(policies);
    }

    void at(int seconds) {
        nowSeconds = seconds;
        tracker.now(seconds * 1_000_000_000L);
    }

    int forth(Packet packet) {
        return packet.evaluate(tracker, GUESTS, SERVERS, GUEST_PORT);
    }

    int back(Packet packet) {
        return packet.evaluate(tracker, SERVERS, GUESTS, SERVER_PORT);
    }

    /** A segment from client to server without data. */
    int forth(int flags, int sequence, int acknowledgment) {
        return forth(flags, sequence, acknowledgment, 1000, 0, "");
    }

    int forth(int flags, int sequence, int acknowledgment, int window, int length, String options) {
        return forth(Packet.tcp(CLIENT, 4000, SERVER, 80, flags, sequence, acknowledgment, window, length, options));
    }

    /** A segment from server to client without data. */
    int back(int flags, int sequence, int acknowledgment) {
        return back(flags, sequence, acknowledgment, 1000, 0, "");
    }

    int back(int flags, int sequence, int acknowledgment, int window, int length, String options) {
        return back(Packet.tcp(SERVER, 80, CLIENT, 4000, flags, sequence, acknowledgment, window, length, options));
    }

    List<ConnectionRow> rows() {
        return new Connections(table, Timeouts.DEFAULT, nowSeconds).rows(ConnectionFilter.ALL, Integer.MAX_VALUE);
    }
}
