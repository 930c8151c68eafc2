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

/** A table of connections as people see it. Any thread, while workers go on; every question walks the whole table. */
public final class Connections {
    private final ConnectionTable table;
    private final Timeouts timeouts;
    private final int nowSeconds;
    private final IntUnaryOperator portNumber;

    /** @param nowSeconds of the clock that the table has been attached with */
    public Connections(ConnectionTable table, Timeouts timeouts, int nowSeconds) {
        this(table, timeouts, nowSeconds, port -> port);
    }

    /** @param portNumber the number of a port by the index that the table has */
    public Connections(ConnectionTable table, Timeouts timeouts, int nowSeconds, IntUnaryOperator portNumber) {
        this.table = table;
        this.timeouts = timeouts;
        this.nowSeconds = nowSeconds;
        this.portNumber = portNumber;
    }

    /** What {@link ConnectionRow#state} may be. */
    public static Set<String> states() {
        return ConnectionState.shown();
    }

    /** Connections that match, in no order, at most {@code limit}. */
    public List<ConnectionRow> rows(ConnectionFilter filter, int limit) {
        return collect(filter::matches, limit);
    }

    /**
     * Connections that are wanted.
     *
     * @param rows the first of them, in no order
     * @param count of all
     */
    public record Found(List<ConnectionRow> rows, int count) {
    }

    /** Looks at every connection; keeps at most {@code limit} of those wanted, and counts all. */
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
     * Ends every connection that matches. TCP is over until its next SYN, also where it could be picked up in the middle; of
     * others the next packet begins anew.
     *
     * @return how many
     */
    public int kill(ConnectionFilter filter) {
        return kill(filter::matches);
    }

    /** {@link #kill(ConnectionFilter)} of those wanted. */
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

    /** Packets may change the state while it is looked at; the connection stays the same as long as its incarnation does. */
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

    /** Connections that these policies would not allow, at most {@code limit}: those that would end if they were applied. */
    public List<ConnectionRow> wouldCut(PolicyLookup candidate, int limit) {
        return collect(row -> !isAllowed(candidate, row, row.from()), limit);
    }

    /**
     * Whether these policies let a connection go on: they would let it begin, or it is kept once allowed.
     *
     * @param from zone number that its source has then
     */
    public static boolean isAllowed(PolicyLookup candidate, ConnectionRow row, int from) {
        int etherType = row.isIpv6() ? EtherType.IPV6 : EtherType.IPV4;
        int said = candidate.decision(row.vlan(), from, row.to(), etherType, row.protocol(), row.destinationPort(),
                row.sourceHigh(), row.sourceLow(), row.destinationHigh(), row.destinationLow());
        return PolicyDecision.isAllowed(said) || row.keepsEstablished();
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

    /** What lies in a slot; null when no connection does, or it has been killed, has gone meanwhile, or is about to. */
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
                table.packets(slot, sender), table.bytes(slot, sender), table.packets(slot, sender ^ 1),
                table.bytes(slot, sender ^ 1), left);
        return ((table.state(slot) ^ state) & Layout.INCARNATION) == 0 ? row : null;
    }
}
