package net.weft.lacp;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.weft.packet.MacAddress;

/** A system of one LAG with a clock, what it sent, and a partner that answers as a test says. */
final class LagBench implements LagOutput {
    static final long SECOND = 1_000_000_000L;
    static final int KEY = 17;
    static final MacAddress SYSTEM = MacAddress.parse("02:57:4c:00:00:01");
    static final SystemId PARTNER = new SystemId(100, MacAddress.parse("02:00:00:00:00:0b"));
    static final int AGREEING = PortState.ACTIVITY | PortState.AGGREGATION | PortState.SYNCHRONIZATION
            | PortState.COLLECTING | PortState.DISTRIBUTING;

    /** The order in which the output was called: {@code distributing 1 true}, {@code send 1}. */
    final List<String> calls = new ArrayList<>();
    final List<LagEvent> events = new ArrayList<>();
    final Map<Integer, List<byte[]>> sent = new HashMap<>();
    final Set<Integer> collecting = new TreeSet<>();
    final Set<Integer> distributing = new TreeSet<>();
    final List<Integer> answered = new ArrayList<>();
    final LinkAggregation aggregation = new LinkAggregation(SYSTEM, this);
    LagConfig config;
    long now = Long.MAX_VALUE - 5 * SECOND;

    LagBench(LagConfig shape, int legs) {
        config = shape.withLegs(IntStream.rangeClosed(1, legs).mapToObj(LagBench::leg).toList());
        aggregation.configure(List.of(config), now);
    }

    static LagBench active(int legs) {
        return new LagBench(LagConfig.of("po1", KEY, List.of()), legs);
    }

    static LegConfig leg(int number) {
        return new LegConfig(number, "up" + number, LegConfig.DEFAULT_PRIORITY,
                new MacAddress(0x0200_0000_0000L + number), false);
    }

    LagBench up() {
        config.legs().forEach(leg -> aggregation.carrier(leg.number(), true, now));
        return this;
    }

    /** Lets time pass in steps of at most 100 ms. */
    void pass(long ns) {
        for (long left = ns; left > 0; left -= SECOND / 10) {
            now += Math.min(left, SECOND / 10);
            aggregation.tick(now);
        }
    }

    /** The partner's port at a leg, port 100 and the leg's number. */
    static PortInfo partnerOf(int leg, int state) {
        return new PortInfo(PARTNER, 7, 5, 100 + leg, state);
    }

    /** A partner that has read this leg's last LACPDU says this about itself. */
    void hear(int leg, int state) {
        hear(leg, partnerOf(leg, state), view(leg).actor());
    }

    void hear(int leg, PortInfo actor, PortInfo partner) {
        deliver(leg, SlowFrames.write(new Lacpdu(actor, partner, 0), new MacAddress(2)));
    }

    void deliver(int leg, byte[] frame) {
        aggregation.receive(leg, MemorySegment.ofArray(frame), now);
    }

    /** A partner that answers every second for so long. */
    void agree(int seconds, int... legs) {
        for (int i = 0; i < seconds; i++) {
            for (int leg : legs) {
                hear(leg, AGREEING);
            }
            pass(SECOND);
        }
    }

    void configure(LagConfig changed) {
        config = changed;
        aggregation.configure(List.of(changed), now);
    }

    LegView view(int leg) {
        return lag().legs().stream().filter(view -> view.number() == leg).findFirst().orElseThrow();
    }

    LagView lag() {
        return aggregation.views().getFirst();
    }

    LegState state(int leg) {
        return view(leg).state();
    }

    Leg machines(int leg) {
        return aggregation.leg(leg);
    }

    List<byte[]> sent(int leg) {
        return sent.getOrDefault(leg, List.of());
    }

    Lacpdu lastSent(int leg) {
        SlowFrame frame = SlowFrames.parse(MemorySegment.ofArray(sent(leg).getLast()));
        return (Lacpdu) frame;
    }

    void forget() {
        calls.clear();
        sent.clear();
        events.clear();
    }

    @Override
    public void send(int leg, byte[] frame) {
        calls.add("send " + leg);
        sent.computeIfAbsent(leg, any -> new ArrayList<>()).add(frame);
    }

    @Override
    public void collecting(int leg, boolean on) {
        calls.add("collecting " + leg + " " + on);
        boolean changed = on ? collecting.add(leg) : collecting.remove(leg);
        if (!changed) {
            throw new AssertionError("collecting " + leg + " was " + on);
        }
    }

    @Override
    public void distributing(int leg, boolean on) {
        calls.add("distributing " + leg + " " + on);
        boolean changed = on ? distributing.add(leg) : distributing.remove(leg);
        if (!changed) {
            throw new AssertionError("distributing " + leg + " was " + on);
        }
    }

    @Override
    public void markerAnswered(int leg, int transaction) {
        answered.add(transaction);
    }

    @Override
    public void event(LagEvent event) {
        events.add(event);
    }
}
