package net.weft.zone.track;

import static net.weft.packet.Tcp.ACK;
import static net.weft.packet.Tcp.SYN;
import static net.weft.zone.ZoneVerdict.ALLOW;
import static net.weft.zone.track.Bed.CLIENT;
import static net.weft.zone.track.Bed.GUESTS;
import static net.weft.zone.track.Bed.SERVER;
import static net.weft.zone.track.Bed.SERVERS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.weft.packet.HeaderParser;
import net.weft.packet.NetworkOrder;
import net.weft.packet.Tcp;
import net.weft.testing.Seed;
import net.weft.testing.Spin;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.PolicyDecision;
import net.weft.zone.Timeouts;
import net.weft.zone.track.Packet.Address;
import org.junit.jupiter.api.Test;

class TwoWorkersTest {
    private static final int ROUNDS = 50_000;
    private static final int TCP = 34;
    private final Random random = Seed.random(TwoWorkersTest.class);
    private volatile int sent;
    private volatile int acknowledged;

    private static ConnTracker worker(Bed bed) {
        ConnTracker tracker = ConnTracker.of(bed.table);
        tracker.adopt(bed.policies, bed.epoch, Timeouts.DEFAULT, bed.limits);
        tracker.now(bed.nowSeconds * 1_000_000_000L);
        return tracker;
    }

    private static void together(Callable<Void> one, Callable<Void> other) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (Future<Void> done : threads.invokeAll(List.of(one, other))) {
                done.get();
            }
        }
    }

    /** The directions of one connection, each on a worker: no segment is refused, and none is lost to the windows. */
    @Test
    void shouldFollowBothDirectionsOfOneConnection() throws Exception {
        Bed bed = new Bed();
        bed.forth(SYN, -1, 0);
        bed.back(SYN | ACK, -1, 0);
        bed.forth(ACK, 0, 0);
        together(() -> {
            stream(worker(bed), true);
            return null;
        }, () -> {
            stream(worker(bed), false);
            return null;
        });

        assertThat(bed.rows()).singleElement().satisfies(row -> {
            assertThat(row.state()).isEqualTo("established");
            assertThat(row.packets()).isEqualTo(2 + ROUNDS);
            assertThat(row.replyPackets()).isGreaterThan(1);
        });
        assertThat(bed.forth(ACK, 10 * ROUNDS, 0, 1000, 10, "")).isEqualTo(ALLOW);
    }

    private void stream(ConnTracker tracker, boolean forth) {
        byte[] frame = forth
                ? Packet.tcp(CLIENT, 4000, SERVER, 80, ACK, 0, 0, 1000, 10, "").frame()
                : Packet.tcp(SERVER, 80, CLIENT, 4000, ACK, 0, 0).frame();
        MemorySegment segment = MemorySegment.ofArray(frame);
        long parsed = HeaderParser.parse(segment, 0, 12, frame.length, frame.length);
        int last = 10 * ROUNDS;
        for (int number = 0; number < last;) {
            int reached = number;
            Spin.until("the other side goes on", () -> forth ? reached - acknowledged <= 900 : reached != sent);
            int other = forth ? acknowledged : sent;
            NetworkOrder.putInt(segment, forth ? TCP + Tcp.SEQUENCE : TCP + Tcp.ACKNOWLEDGMENT, forth ? number : other);
            int verdict = tracker.evaluate(segment, 0, parsed, frame.length, frame.length, 10, forth ? GUESTS : SERVERS,
                    forth ? SERVERS : GUESTS, 1);
            if (verdict != ALLOW) {
                sent = last;
                acknowledged = last;
                throw new AssertionError((forth ? "forth " : "back ") + number + ": " + verdict);
            }
            number = forth ? number + 10 : other;
            if (forth) {
                sent = number;
            } else {
                acknowledged = number;
            }
        }
    }

    /** Both begin, answer, end and sweep the same connections in a small table; afterwards every one is there once, and counted. */
    @Test
    void shouldKeepTheTableWhole() throws Exception {
        Bed bed = new Bed(200, 0);
        bed.limits = new ConnectionLimits(200, 200, 60);
        bed.adopt((vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
                destinationLow) -> PolicyDecision.withoutPolicy(true));
        long seed = random.nextLong();
        together(() -> {
            churn(bed, new Random(seed), 0);
            return null;
        }, () -> {
            churn(bed, new Random(seed), 1);
            return null;
        });

        Set<List<Object>> keys = new HashSet<>();
        List<ConnectionRow> rows = bed.rows();
        rows.forEach(row -> keys.add(List.of(Math.min(row.sourceLow(), row.destinationLow()),
                Math.max(row.sourceLow(), row.destinationLow()), Math.min(row.sourcePort(), row.destinationPort()))));
        assertThat(keys).hasSize(rows.size());
        assertThat(bed.table.size()).isEqualTo(rows.size()).isBetween(1, 200);
        for (int port = 0; port < 8; port++) {
            int number = port;
            assertThat(bed.table.connectionsOfPort(port))
                    .isEqualTo((int) rows.stream().filter(row -> row.ingressPort() == number).count());
        }
        assertThat(new Connections(bed.table, Timeouts.DEFAULT, bed.nowSeconds).kill(ConnectionFilter.ALL))
                .isEqualTo(rows.size());
        for (int i = 0; i < 200; i++) {
            assertThat(Packet.udp(CLIENT, i, SERVER, 9).evaluate(bed.tracker, 1, 1, 10 + i)).isEqualTo(ALLOW);
        }
        assertThat(bed.table.size()).isEqualTo(200);
    }

    private static void churn(Bed bed, Random random, int side) {
        ConnTracker tracker = worker(bed);
        Connections connections = new Connections(bed.table, Timeouts.DEFAULT, bed.nowSeconds);
        for (int i = 0; i < 50_000; i++) {
            Address client = Address.v4(random.nextInt(20));
            int port = random.nextInt(40);
            int what = random.nextInt(200);
            Packet packet = side == 0 || what > 100
                    ? Packet.udp(client, port, Address.v4(99), 1000)
                    : Packet.udp(Address.v4(99), 1000, client, port);
            packet.evaluate(tracker, 1, 1, (int) client.low() & 7);
            if (what == 0) {
                tracker.sweep(50);
            } else if (what == 1) {
                connections
                        .kill(new ConnectionFilter(null, null, (int) client.low() & 7, null, null, null, null, null));
            }
        }
    }
}
