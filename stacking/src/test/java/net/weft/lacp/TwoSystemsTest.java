package net.weft.lacp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.weft.packet.MacAddress;
import org.junit.jupiter.api.Test;

/** Two of our own systems over four links that delay, lose and carry LACPDUs in memory. */
class TwoSystemsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final int LEGS = 4;
    private static final Set<Integer> ALL = Set.of(1, 2, 3, 4);

    private final long seed = Long.getLong("weft.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final PriorityQueue<Flight> flights = new PriorityQueue<>(
            Comparator.comparingLong(Flight::arrivesNs).thenComparingLong(Flight::order));
    private final long[] lastArrivalNs = new long[2 * (LEGS + 1)];
    private long now;
    private long order;
    private double loss;

    private record Flight(long arrivesNs, long order, Side to, int leg, byte[] frame) {
    }

    /** One system. Its leg {@code n} is cabled to the other's leg {@code n}, whose number is 10 higher on the second side. */
    private final class Side implements LagOutput {
        final int offset;
        final Set<Integer> collecting = new TreeSet<>();
        final Set<Integer> distributing = new TreeSet<>();
        final List<Integer> answers = new ArrayList<>();
        final LinkAggregation aggregation;
        LagConfig config;

        Side(int offset, LagConfig shape) {
            this.offset = offset;
            aggregation = new LinkAggregation(new MacAddress(0x0200_0000_0100L + offset), this);
            config = shape.withLegs(IntStream.rangeClosed(1, LEGS)
                    .mapToObj(
                            leg -> new LegConfig(leg + offset, "up" + leg, 100, new MacAddress(0x0200_0000_0000L + leg),
                                    false))
                    .toList());
            aggregation.configure(List.of(config), now);
            config.legs().forEach(leg -> aggregation.carrier(leg.number(), true, now));
        }

        @Override
        public void send(int leg, byte[] frame) {
            if (random.nextDouble() >= loss) {
                int channel = (offset == 0 ? 0 : LEGS + 1) + leg - offset;
                long arrival = Math.max(now + random.nextLong(5 * MILLI), lastArrivalNs[channel]);
                lastArrivalNs[channel] = arrival;
                flights.add(new Flight(arrival, order++, offset == 0 ? right : left, leg - offset, frame));
            }
        }

        @Override
        public void collecting(int leg, boolean on) {
            assertThat(on ? collecting.add(leg - offset) : collecting.remove(leg - offset)).isTrue();
        }

        @Override
        public void distributing(int leg, boolean on) {
            assertThat(on ? distributing.add(leg - offset) : distributing.remove(leg - offset)).isTrue();
        }

        @Override
        public void markerAnswered(int leg, int transaction) {
            answers.add(transaction);
        }

        @Override
        public void event(LagEvent event) {
            assertThat(event.message()).isNotBlank();
        }

        LegState state(int leg) {
            return aggregation.views().getFirst().legs().get(leg - 1).state();
        }
    }

    private Side left = new Side(0, LagConfig.of("po1", 5, List.of()));
    private Side right = new Side(10, LagConfig.of("po1", 5, List.of()));

    TwoSystemsTest() {
        System.out.println("TwoSystemsTest: -Dweft.seed=" + seed);
    }

    private void connect(LagConfig leftShape, LagConfig rightShape) {
        left = new Side(0, leftShape);
        right = new Side(10, rightShape);
    }

    private void pass(long ns) {
        long end = now + ns;
        while (now < end) {
            now = Math.min(end, now + 10 * MILLI);
            long until = now;
            while (!flights.isEmpty() && flights.peek().arrivesNs <= until) {
                Flight flight = flights.poll();
                now = flight.arrivesNs;
                flight.to.aggregation.receive(flight.leg + flight.to.offset, MemorySegment.ofArray(flight.frame), now);
            }
            now = until;
            left.aggregation.tick(now);
            right.aggregation.tick(now);
        }
    }

    /** Who distributes on a leg is collected from at the other end. */
    private void assertNothingIsLost() {
        assertThat(right.collecting).as("-Dweft.seed=%d", seed).containsAll(left.distributing);
        assertThat(left.collecting).as("-Dweft.seed=%d", seed).containsAll(right.distributing);
    }

    private static LagConfig shape(LacpMode mode, LacpRate rate, MuxControl control) {
        return LagConfig.of("po1", 5, List.of()).withMode(mode).withRate(rate).withControl(control);
    }

    @Test
    void shouldAggregateInEveryCombinationOfModeRateAndControl() {
        for (LacpMode mode : List.of(LacpMode.ACTIVE, LacpMode.PASSIVE)) {
            for (LacpRate rate : LacpRate.values()) {
                for (MuxControl control : MuxControl.values()) {
                    now += 1_000 * SECOND;
                    connect(shape(LacpMode.ACTIVE, LacpRate.FAST, MuxControl.INDEPENDENT), shape(mode, rate, control));
                    pass(5 * SECOND);
                    assertThat(left.distributing).as("%s %s %s", mode, rate, control).isEqualTo(ALL);
                    assertThat(right.distributing).as("%s %s %s", mode, rate, control).isEqualTo(ALL);
                    flights.clear();
                }
            }
        }
    }

    @Test
    void shouldStayUpWhileOneLacpduInTwentyIsLostAtSlowRate() {
        connect(shape(LacpMode.ACTIVE, LacpRate.SLOW, MuxControl.INDEPENDENT),
                shape(LacpMode.PASSIVE, LacpRate.SLOW, MuxControl.INDEPENDENT));
        pass(5 * SECOND);
        loss = 0.05;
        for (int minute = 0; minute < 30; minute++) {
            pass(60 * SECOND);
            assertThat(left.distributing).as("-Dweft.seed=%d", seed).isNotEmpty();
        }
        loss = 0;
        pass(100 * SECOND);
        assertThat(left.distributing).isEqualTo(ALL);
        assertThat(right.distributing).isEqualTo(ALL);
    }

    @Test
    void shouldNeverDistributeForLongToWhoDoesNotCollect() {
        connect(shape(LacpMode.ACTIVE, LacpRate.FAST, MuxControl.INDEPENDENT),
                shape(LacpMode.ACTIVE, LacpRate.FAST, MuxControl.INDEPENDENT));
        pass(5 * SECOND);
        for (int i = 0; i < 300; i++) {
            loss = random.nextInt(3) == 0 ? 0.3 : 0;
            Side side = random.nextBoolean() ? left : right;
            int leg = 1 + random.nextInt(LEGS);
            switch (random.nextInt(3)) {
                case 0 -> cut(leg, random.nextLong(4 * SECOND));
                case 1 -> side.aggregation.drain(leg + side.offset, random.nextBoolean(), now);
                default -> pass(random.nextLong(3 * SECOND));
            }
            loss = 0;
            pass(8 * SECOND);
            assertNothingIsLost();
        }
        for (int leg = 1; leg <= LEGS; leg++) {
            left.aggregation.drain(leg, false, now);
            right.aggregation.drain(leg + 10, false, now);
        }
        pass(70 * SECOND);
        assertThat(left.distributing).as("-Dweft.seed=%d", seed).isEqualTo(ALL);
        assertThat(right.distributing).as("-Dweft.seed=%d", seed).isEqualTo(ALL);
    }

    private void cut(int leg, long ns) {
        left.aggregation.carrier(leg, false, now);
        right.aggregation.carrier(leg + 10, false, now);
        pass(ns);
        left.aggregation.carrier(leg, true, now);
        right.aggregation.carrier(leg + 10, true, now);
    }

    @Test
    void shouldDrainWithoutAMomentInWhichOneEndSendsToADeafOther() {
        for (MuxControl control : MuxControl.values()) {
            connect(shape(LacpMode.ACTIVE, LacpRate.SLOW, MuxControl.INDEPENDENT),
                    shape(LacpMode.PASSIVE, LacpRate.SLOW, control));
            pass(5 * SECOND);
            left.aggregation.drain(2, true, now);
            for (int i = 0; i < 200 && left.state(2) != LegState.DRAINED; i++) {
                assertThat(left.collecting).contains(2);
                pass(MILLI);
            }
            assertThat(left.state(2)).isEqualTo(LegState.DRAINED);
            assertThat(right.distributing).as("%s", control).isEqualTo(Set.of(1, 3, 4));
            now += 1_000 * SECOND;
            flights.clear();
        }
    }

    @Test
    void shouldAnswerEachOthersMarkers() {
        connect(shape(LacpMode.ACTIVE, LacpRate.SLOW, MuxControl.INDEPENDENT),
                shape(LacpMode.ACTIVE, LacpRate.SLOW, MuxControl.INDEPENDENT));
        pass(5 * SECOND);
        left.aggregation.sendMarker(3, 99);
        pass(20 * MILLI);
        assertThat(left.answers).containsExactly(99);
    }
}
