package net.weft.lacp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import net.weft.packet.MacAddress;
import org.junit.jupiter.api.Test;

/**
 * The state machines against {@link NaiveLag} under random PDUs, timers, carrier and administration. {@code -Dweft.lacp.events=1000000} makes
 * the run longer, {@code -Dweft.seed} replays one.
 */
class StateMachineModelTest {
    private static final int EVENTS = Integer.getInteger("weft.lacp.events", 200_000);
    private static final int EVENTS_OF_ROUND = 400;
    private static final long SECOND = 1_000_000_000L;
    private static final MacAddress SYSTEM = MacAddress.parse("02:57:4c:00:00:01");
    private static final int KEY = 17;

    private final Set<Enum<?>> visited = new HashSet<>();

    @Test
    void shouldDoWhatTheTablesOfTheStandardSay() {
        long seed = Long.getLong("weft.seed", System.nanoTime());
        System.out.println("StateMachineModelTest: -Dweft.seed=" + seed);
        for (int round = 0; round * EVENTS_OF_ROUND < EVENTS; round++) {
            new Round(seed + round).run();
        }
        Set<Enum<?>> everything = new HashSet<>();
        everything.addAll(EnumSet.allOf(MuxMachine.State.class));
        everything.addAll(EnumSet.allOf(ChurnMachine.State.class));
        everything.addAll(EnumSet.allOf(Reason.class));
        everything.addAll(EnumSet.allOf(LegState.class));
        // INITIALIZE and PERIODIC_TX are left in the instant in which they are entered.
        everything.addAll(EnumSet.complementOf(EnumSet.of(ReceiveMachine.State.INITIALIZE)));
        everything.addAll(EnumSet.complementOf(EnumSet.of(PeriodicMachine.State.PERIODIC_TX)));
        assertThat(visited).containsAll(everything);
    }

    private final class Round implements LagOutput {
        private final long seed;
        private final Random random;
        private final List<Map.Entry<Integer, byte[]>> sent = new ArrayList<>();
        private final Set<Integer> collecting = new HashSet<>();
        private final Set<Integer> distributing = new HashSet<>();
        private final Map<Integer, Boolean> carriers = new TreeMap<>();
        private final LinkAggregation aggregation = new LinkAggregation(SYSTEM, this);
        private final NaiveLag naive;
        private LagConfig config;
        private long now;
        private Supplier<String> event = () -> "begin";

        Round(long seed) {
            this.seed = seed;
            random = new Random(seed);
            now = random.nextLong();
            config = LagConfig.of("po1", KEY, List.of(leg(1), leg(2)));
            config = mutated().withLegs(config.legs());
            aggregation.configure(List.of(config), now);
            naive = new NaiveLag(SYSTEM.value(), config, now);
            naive.configure(config);
        }

        void run() {
            for (int i = 0; i < EVENTS_OF_ROUND; i++) {
                elapse();
                happen();
                compare(i);
            }
        }

        private LegConfig leg(int number) {
            return new LegConfig(number, "up" + number, random.nextInt(3), new MacAddress(0x0200_0000_0000L + number),
                    random.nextInt(8) == 0);
        }

        private void elapse() {
            long ns = switch (random.nextInt(12)) {
                case 0 -> 0;
                case 1 -> SECOND;
                case 2 -> 2 * SECOND;
                case 3 -> random.nextLong(4 * SECOND);
                case 4 -> random.nextInt(12) == 0 ? random.nextLong(100 * SECOND) : random.nextLong(10 * SECOND);
                default -> random.nextLong(SECOND / 3);
            };
            now += ns;
            aggregation.tick(now);
            naive.elapse(ns);
        }

        private void happen() {
            int number = anyLeg();
            switch (random.nextInt(40)) {
                case 0, 1 -> carrier(number);
                case 2 -> administer();
                case 3 -> drain(number);
                case 4 -> deliver(number, SlowFrames.write(
                        new Marker(false, random.nextInt(4), new MacAddress(random.nextInt(4)), random.nextInt()),
                        new MacAddress(2)));
                case 5 -> {
                    event = () -> "a burst at leg " + number;
                    for (int i = 0; i < 12; i++) {
                        deliver(number, lacpdu(number));
                    }
                }
                default -> deliver(number, lacpdu(number));
            }
        }

        private int anyLeg() {
            return config.legs().isEmpty()
                    ? 0
                    : config.legs().get(random.nextInt(config.legs().size())).number();
        }

        private void carrier(int number) {
            if (number != 0) {
                boolean present = !carriers.getOrDefault(number, false);
                event = () -> "carrier " + present + " of leg " + number;
                carriers.put(number, present);
                aggregation.carrier(number, present, now);
                naive.carrier(number, present);
            }
        }

        private void drain(int number) {
            if (number != 0) {
                LegConfig old = config.legs().stream().filter(leg -> leg.number() == number).findFirst().orElseThrow();
                event = () -> "drained " + !old.drained() + " of leg " + number;
                List<LegConfig> legs = new ArrayList<>(config.legs());
                legs.replaceAll(leg -> leg == old ? leg.withDrained(!old.drained()) : leg);
                config = config.withLegs(legs);
                aggregation.drain(number, !old.drained(), now);
                naive.configure(config);
            }
        }

        private void administer() {
            config = mutated();
            event = config::toString;
            aggregation.configure(List.of(config), now);
            naive.configure(config);
            carriers.keySet().removeIf(number -> config.legs().stream().noneMatch(leg -> leg.number() == number));
        }

        private LagConfig mutated() {
            return switch (random.nextInt(9)) {
                case 0 -> config.withMode(LacpMode.values()[random.nextInt(3)]);
                case 1 -> config.withMode(LacpMode.ACTIVE);
                case 2 -> config.withRate(LacpRate.values()[random.nextInt(2)]);
                case 3 -> config.withControl(MuxControl.values()[random.nextInt(2)]);
                case 4 -> config.withMinLinks(1 + random.nextInt(2));
                case 5 -> config.withFallback(random.nextBoolean());
                case 6 -> config.withWaitToRestoreNs(random.nextInt(5) * SECOND);
                default -> config.withLegs(legs());
            };
        }

        private List<LegConfig> legs() {
            List<LegConfig> legs = new ArrayList<>(config.legs());
            if (!legs.isEmpty() && random.nextInt(4) == 0) {
                legs.remove(random.nextInt(legs.size()));
            }
            int number = 1 + random.nextInt(4);
            legs.removeIf(leg -> leg.number() == number);
            legs.add(leg(number));
            return legs;
        }

        /** Mostly a partner that agrees: its Partner information is what the leg says about itself. */
        private byte[] lacpdu(int number) {
            PortInfo me = number == 0 ? PortInfo.UNKNOWN : aggregation.leg(number).port.actor();
            int likely = PortState.ACTIVITY | PortState.AGGREGATION | PortState.SYNCHRONIZATION
                    | PortState.COLLECTING;
            int state = random.nextInt(3) > 0
                    ? likely | random.nextInt(2) * PortState.SHORT_TIMEOUT | random.nextInt(2) * PortState.DISTRIBUTING
                    : random.nextInt(256);
            SystemId system = new SystemId(random.nextInt(20) == 0 ? 1 : 2, switch (random.nextInt(30)) {
                case 0 -> new MacAddress(0x0a);
                case 1 -> SYSTEM;
                case 2 -> MacAddress.ZERO;
                default -> new MacAddress(0x0b);
            });
            PortInfo actor = new PortInfo(system, random.nextInt(25) == 0 ? 8 : 7, 5,
                    random.nextInt(15) == 0 ? random.nextInt(5) : 100 + number, state);
            PortInfo partner = random.nextInt(6) > 0
                    ? me
                    : new PortInfo(me.system(), random.nextInt(5) == 0 ? 1 : me.key(), me.portPriority(),
                            random.nextInt(5), random.nextInt(256));
            event = () -> "LACPDU at leg " + number + " from " + actor + " to " + partner;
            return SlowFrames.write(new Lacpdu(actor, partner, 0), new MacAddress(2));
        }

        private void deliver(int number, byte[] frame) {
            if (number == 0) {
                assertThat(aggregation.receive(1, MemorySegment.ofArray(frame), now)).isFalse();
            } else {
                aggregation.receive(number, MemorySegment.ofArray(frame), now);
                naive.hear(number, frame);
            }
        }

        private void compare(int step) {
            List<String> actual = new ArrayList<>();
            List<String> expected = new ArrayList<>();
            sent.forEach(frame -> actual.add(describe(frame)));
            naive.sent.forEach(frame -> expected.add(describe(frame)));
            sent.clear();
            naive.sent.clear();
            for (LegConfig leg : config.legs()) {
                actual.add(describe(aggregation.leg(leg.number())));
                expected.add(describe(naive.leg(leg.number())));
            }
            if (!actual.equals(expected)) {
                assertThat(actual).as("step %d after %s, -Dweft.seed=%d", step, event.get(), seed).isEqualTo(expected);
            }
            Set<Integer> collects = new HashSet<>();
            Set<Integer> distributes = new HashSet<>();
            for (LegConfig leg : config.legs()) {
                Leg machines = aggregation.leg(leg.number());
                visited.add(machines.state());
                if (machines.port.is(PortState.COLLECTING)) {
                    collects.add(leg.number());
                }
                if (machines.distributing()) {
                    distributes.add(leg.number());
                }
            }
            if (!collecting.equals(collects) || !distributing.equals(distributes)) {
                throw new AssertionError("step " + step + " after " + event.get() + ", -Dweft.seed=" + seed
                        + ": the data path was told " + collecting + " and " + distributing);
            }
        }

        private String describe(Map.Entry<Integer, byte[]> frame) {
            return frame.getKey() + ": " + HexFormat.of().formatHex(frame.getValue());
        }

        private String describe(Leg leg) {
            visited.add(leg.receive.state());
            visited.add(leg.mux.state());
            visited.add(leg.periodic.state());
            visited.add(leg.actorChurn.state());
            visited.add(leg.port.reason);
            return String.join(" ", leg.receive.state().name(), leg.mux.state().name(), leg.periodic.state().name(),
                    leg.actorChurn.state().name(), leg.partnerChurn.state().name(), leg.port.selected.name(),
                    leg.port.reason.name()) + states(leg.port.actorState, leg.port.partner.state())
                    + leg.port.partner.system().mac().value();
        }

        private static String states(int actor, int partner) {
            return " " + Integer.toHexString(actor) + " " + Integer.toHexString(partner) + " ";
        }

        private String describe(NaiveLeg leg) {
            int partner = 0;
            for (int bit = 0; bit < 8; bit++) {
                partner |= leg.partner.has("ATGSCDFE".charAt(bit)) ? 1 << bit : 0;
            }
            return String.join(" ", leg.state("rx"), leg.state("mux"), leg.state("periodic"),
                    leg.state("actorChurn"), leg.state("partnerChurn"), leg.selected, leg.reason)
                    + states(leg.octet(), partner) + leg.partner.system();
        }

        @Override
        public void send(int leg, byte[] frame) {
            sent.add(Map.entry(leg, frame));
        }

        @Override
        public void collecting(int leg, boolean on) {
            assertThat(on ? collecting.add(leg) : collecting.remove(leg)).isTrue();
        }

        @Override
        public void distributing(int leg, boolean on) {
            assertThat(on ? distributing.add(leg) : distributing.remove(leg)).isTrue();
        }

        @Override
        public void markerAnswered(int leg, int transaction) {
            throw new AssertionError("nobody asked");
        }

        @Override
        public void event(LagEvent event) {
            assertThat(event.message()).endsWith(".");
        }
    }
}
