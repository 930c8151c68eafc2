package net.weft.zone.track;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import net.weft.packet.EtherType;
import net.weft.packet.IpProtocol;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Timeouts;
import org.jspecify.annotations.Nullable;

/** A view of the connection table for people. Any thread, while workers run; every query walks the whole table. */
public final class Connections {
    private final ConnectionTable table;
    private final Timeouts timeouts;
    private final int nowSeconds;
    private final IntUnaryOperator portNumber;

    /** @param nowSeconds the clock of {@link ConnectionMemory#attach} */
    public Connections(ConnectionTable table, Timeouts timeouts, int nowSeconds) {
        this(table, timeouts, nowSeconds, port -> port);
    }

    /** @param portNumber maps a port index of the table to the port's number */
    public Connections(ConnectionTable table, Timeouts timeouts, int nowSeconds, IntUnaryOperator portNumber) {
        this.table = table;
        this.timeouts = timeouts;
        this.nowSeconds = nowSeconds;
        this.portNumber = portNumber;
    }

    /** Returns the possible values of {@link ConnectionRow#state}. */
    public static Set<String> states() {
        return ConnectionState.shown();
    }

    /** Returns connections that match, in no order, at most {@code limit}. */
    public List<ConnectionRow> rows(ConnectionFilter filter, int limit) {
        return collect(filter::matches, limit);
    }

    /**
     * The result of a query.
     *
     * @param rows the first matching connections, in no order
     * @param count number of all matching connections
     */
    public record Found(List<ConnectionRow> rows, int count) {
    }

    /** Counts all matching connections, and returns at most {@code limit} of them. */
    public Found find(Predicate<ConnectionRow> wanted, int limit) {
        List<ConnectionRow> rows = new ArrayList<>();
        int[] silence = ConnectionState.seconds(timeouts);
        int count = 0;
        for (int slot = 0; slot < table.used(); slot++) {
            ConnectionRow row = row(slot, table.state(slot), silence);
            if (row != null && wanted.test(row)) {
                count++;
                if (rows.size() < limit) {
                    rows.add(row);
                }
            }
        }
        return new Found(rows, count);
    }

    /**
     * Ends every connection that matches. A TCP connection stays blocked until its next SYN, even where mid-stream
     * pickup is enabled; for others the next packet begins a new connection.
     *
     * @return the number of connections ended
     */
    public int kill(ConnectionFilter filter) {
        return kill(filter::matches);
    }

    /** Ends every connection that matches; see {@link #kill(ConnectionFilter)}. */
    public int kill(Predicate<ConnectionRow> wanted) {
        int killed = 0;
        int[] silence = ConnectionState.seconds(timeouts);
        for (int slot = 0; slot < table.used(); slot++) {
            long state = table.state(slot);
            ConnectionRow row = row(slot, state, silence);
            if (row != null && wanted.test(row) && killNow(slot, state)) {
                killed++;
            }
        }
        return killed;
    }

    /**
     * Ends one connection. Concurrent packets may change the state word; the incarnation number identifies the
     * connection.
     */
    private boolean killNow(int slot, long seen) {
        for (long state = seen; ((state ^ seen) & Layout.INCARNATION) == 0; state = table.state(slot)) {
            if (ConnectionState.isTcp(Layout.phase(state)) ? refuse(slot, state) : table.remove(slot, state)) {
                return true;
            }
        }
        return false;
    }

    private boolean refuse(int slot, long state) {
        return table.changeState(slot, state,
                Layout.withSeconds(Layout.withPhase(state, ConnectionState.TCP_KILLED), nowSeconds));
    }

    /**
     * Returns connections that these policies would not allow, at most {@code limit}: those that would end if the
     * policies were applied.
     */
    public List<ConnectionRow> wouldCut(PolicyLookup candidate, int limit) {
        return collect(row -> !isAllowed(candidate, row, row.from(), row.to()), limit);
    }

    /**
     * Returns whether these policies let a connection continue: they would allow its first packet, or it is kept once
     * allowed.
     *
     * @param from zone number of its source under these policies
     * @param to zone number of its destination under these policies
     */
    public static boolean isAllowed(PolicyLookup candidate, ConnectionRow row, int from, int to) {
        int etherType = row.isIpv6() ? EtherType.IPV6 : EtherType.IPV4;
        int decision = candidate.decision(row.vlan(), from, to, etherType, row.protocol(), row.destinationPort(),
                row.sourceHigh(), row.sourceLow(), row.destinationHigh(), row.destinationLow());
        return PolicyDecision.isAllowed(decision) || row.keepsEstablished();
    }

    private List<ConnectionRow> collect(Predicate<ConnectionRow> wanted, int limit) {
        List<ConnectionRow> rows = new ArrayList<>();
        int[] silence = ConnectionState.seconds(timeouts);
        for (int slot = 0; slot < table.used() && rows.size() < limit; slot++) {
            ConnectionRow row = row(slot, table.state(slot), silence);
            if (row != null && wanted.test(row)) {
                rows.add(row);
            }
        }
        return rows;
    }

    /** Reads a slot; returns null when it is free, killed or expired, or has changed meanwhile. */
    private @Nullable ConnectionRow row(int slot, long state, int[] silence) {
        int phase = Layout.phase(state);
        int left = silence[phase] - Math.max(0, nowSeconds - Layout.seconds(state));
        if (phase == ConnectionState.FREE || phase == ConnectionState.TCP_KILLED || left <= 0) {
            return null;
        }
        MemorySegment memory = table.segment();
        long at = table.entry(slot);
        long policy = table.policy(slot);
        long tuple = memory.get(JAVA_LONG, at + Layout.TUPLE);
        boolean fromA = Layout.beginner(state) == 0;
        long source = at + (fromA ? Layout.HIGH_A : Layout.HIGH_B);
        long destination = at + (fromA ? Layout.HIGH_B : Layout.HIGH_A);
        int pair = (int) (tuple >>> 32);
        int zones = (int) (tuple >>> 8) & 0xff_ffff;
        int protocol = (int) tuple & 0xff;
        boolean isIcmp = protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6;
        int sourcePort = isIcmp ? pair >>> 16 : fromA ? pair >>> 16 : pair & 0xffff;
        int destinationPort = isIcmp ? pair >>> 8 & 0xff : fromA ? pair & 0xffff : pair >>> 16;
        int decision = Layout.decision(policy);
        int sender = fromA ? 0 : 1;
        ConnectionRow row = new ConnectionRow(Layout.vlan(policy), (policy & Layout.IS_IPV6) != 0, protocol,
                memory.get(JAVA_LONG, source), memory.get(JAVA_LONG, source + 8), sourcePort,
                memory.get(JAVA_LONG, destination), memory.get(JAVA_LONG, destination + 8), destinationPort,
                fromA ? zones >>> 12 : zones & 0xfff, fromA ? zones & 0xfff : zones >>> 12,
                ConnectionState.label(phase),
                PolicyDecision.policy(decision), (decision & PolicyDecision.KEEP_ESTABLISHED) != 0,
                portNumber.applyAsInt(Layout.port(policy)),
                table.responder(slot) < 0 ? -1 : portNumber.applyAsInt(table.responder(slot)),
                table.packets(slot, sender), table.bytes(slot, sender), table.packets(slot, sender ^ 1),
                table.bytes(slot, sender ^ 1), left);
        return ((table.state(slot) ^ state) & Layout.INCARNATION) == 0 ? row : null;
    }
}
