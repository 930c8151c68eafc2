package net.weft.vswitch.zoning;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.weft.packet.HeaderParser;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Timeouts;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import net.weft.zone.track.ConnTracker;
import net.weft.zone.track.ConnectionTable;
import org.junit.jupiter.api.Test;

class ZoneFilterTest {
    private static final byte[] DATAGRAM = HexFormat.of().parseHex("020000000002" + "020000000001" + "0800"
            + "4500002000010000401100000a0000010a0000020fa00035000c000000000000");
    private static final PolicyLookup ANYTHING = (vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow,
            destinationHigh, destinationLow) -> PolicyDecision.withoutPolicy(true);

    /** A switch may run for months before it has zones, or while they are off. */
    @Test
    void shouldForgetSilentConnectionsHoweverLongItHadNothingToDo() {
        Zoning zoning = new Zoning(List.of(new Zone(2, null, "dmz", true)), List.of(), Map.of(), Timeouts.DEFAULT,
                new ConnectionLimits(1024, 1024, 1024));
        try (ZoneFilter gate = new ZoneFilter(false); Zones zones = new Zones(null, List::of)) {
            gate.adopt(new ZoneTable.Builder(1, zones.compile(zoning)).build(), _ -> true);
            ConnectionTable table = Objects.requireNonNull(zones.connections());
            long nowNs = System.nanoTime();
            ConnTracker tracker = ConnTracker.of(table);
            tracker.adopt(ANYTHING, 1, Timeouts.DEFAULT, zoning.limits());
            tracker.now(nowNs);
            MemorySegment frame = MemorySegment.ofArray(DATAGRAM);
            tracker.evaluate(frame, 0, HeaderParser.parse(frame, 0, 12, DATAGRAM.length, DATAGRAM.length),
                    DATAGRAM.length, DATAGRAM.length, 10, 2, 2, 0);
            assertThat(table.size()).isOne();

            gate.age(nowNs + 1_000_000_000L * 3600 * 24 * 116);

            assertThat(table.size()).isZero();
        }
    }
}
