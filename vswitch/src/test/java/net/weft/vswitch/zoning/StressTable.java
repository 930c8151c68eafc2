package net.weft.vswitch.zoning;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import net.weft.packet.HeaderParser;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.PolicyDecision;
import net.weft.zone.Timeouts;
import net.weft.zone.track.ConnTracker;
import net.weft.zone.track.ConnectionMemory;
import net.weft.zone.track.ConnectionTable;

/** One table of connections for all states of a stress test, as it is large, and a conversation of its own for each state. */
final class StressTable {
    private static final int CAPACITY = 1 << 17;
    private static final int FROM = 2;
    private static final int TO = 3;
    private static final int VLAN = 10;
    private static final byte[] DATAGRAM = HexFormat.of().parseHex("020000000002" + "020000000001" + "0800"
            + "4500002000010000401100000a0000010b0000010fa00035000c000000000000");
    private static final int ADDRESSES = 26;
    private static final int PORTS = 34;
    private static final ConnectionTable TABLE = ConnectionMemory.attach(
            Arena.global().allocate(ConnectionMemory.bytes(CAPACITY), 64), CAPACITY, 1, 2, 3, 0, 0);
    private static final AtomicInteger STATES = new AtomicInteger();

    private final int port;
    private final MemorySegment forth;
    private final MemorySegment back;

    StressTable() {
        int state = STATES.getAndIncrement();
        port = state & 0xffff;
        int client = 10 << 24 | state & 0xff_ffff;
        int server = 11 << 24 | 1;
        forth = datagram(client, server, 4000, 53);
        back = datagram(server, client, 53, 4000);
    }

    private static MemorySegment datagram(int source, int destination, int sourcePort, int destinationPort) {
        return MemorySegment.ofArray(ByteBuffer.wrap(DATAGRAM.clone()).putInt(ADDRESSES, source)
                .putInt(ADDRESSES + 4, destination).putShort(PORTS, (short) sourcePort)
                .putShort(PORTS + 2, (short) destinationPort).array());
    }

    /** A worker whose policies allow what goes forth, or deny all. */
    static ConnTracker worker(boolean allows) {
        ConnTracker tracker = ConnTracker.of(TABLE);
        tracker.adopt((vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
                destinationLow) -> PolicyDecision.withoutPolicy(allows && from == FROM), allows ? 1 : 2,
                Timeouts.DEFAULT,
                new ConnectionLimits(CAPACITY, CAPACITY, CAPACITY));
        return tracker;
    }

    int forth(ConnTracker tracker) {
        return evaluate(tracker, forth, FROM, TO);
    }

    int back(ConnTracker tracker) {
        return evaluate(tracker, back, TO, FROM);
    }

    private int evaluate(ConnTracker tracker, MemorySegment frame, int from, int to) {
        int length = DATAGRAM.length;
        return tracker.evaluate(frame, 0, HeaderParser.parse(frame, 0, 12, length, length), length, length, VLAN, from,
                to,
                port);
    }

    /** Entries that are counted. */
    int counted() {
        return TABLE.connectionsOfPort(port);
    }
}
