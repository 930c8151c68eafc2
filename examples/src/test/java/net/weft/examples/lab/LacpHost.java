package net.weft.examples.lab;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import net.weft.lacp.LagConfig;
import net.weft.lacp.LagEvent;
import net.weft.lacp.LagOutput;
import net.weft.lacp.LagView;
import net.weft.lacp.LegConfig;
import net.weft.lacp.LegState;
import net.weft.lacp.LegView;
import net.weft.lacp.LinkAggregation;
import net.weft.lacp.SlowFrames;
import net.weft.packet.MacAddress;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Weft's LACP on real devices: each leg is a device whose slow-protocol frames are read and written through libpcap. One thread, the
 * caller's, runs the state machines, and only while it waits in {@link #await}.
 */
public final class LacpHost implements AutoCloseable {
    public static final MacAddress SYSTEM = MacAddress.parse("02:57:4c:ac:00:01");
    private static final int ETHER_TYPE_AT = 12;
    private static final int SLOW_PROTOCOLS = 0x8809;

    private final Map<Integer, FrameSocket> sockets = new TreeMap<>();
    private final Map<Integer, Integer> seen = new TreeMap<>();
    private final List<LagEvent> events = new ArrayList<>();
    private final LinkAggregation aggregation;

    /** @param devices the legs' devices; leg {@code n} of the LAG, from 1, is the n-th */
    public LacpHost(Namespace namespace, List<String> devices, LagConfig shape) {
        aggregation = new LinkAggregation(SYSTEM, new Output());
        List<LegConfig> legs = new ArrayList<>();
        for (String device : devices) {
            int number = legs.size() + 1;
            sockets.put(number, FrameSocket.open(namespace, device));
            seen.put(number, 0);
            legs.add(new LegConfig(number, device, LegConfig.DEFAULT_PRIORITY,
                    new MacAddress(SYSTEM.value() + 16L * number), false));
        }
        aggregation.configure(List.of(shape.withLegs(legs)), System.nanoTime());
        sockets.keySet().forEach(leg -> aggregation.carrier(leg, true, System.nanoTime()));
    }

    public LinkAggregation aggregation() {
        return aggregation;
    }

    public LagView view() {
        return aggregation.views().getFirst();
    }

    /** The states of the legs, by number. */
    public List<LegState> states() {
        return view().legs().stream().map(LegView::state).toList();
    }

    public List<LagEvent> events() {
        return events;
    }

    /** Runs the protocol until {@code wanted}; returns how long that took. */
    public Duration await(String what, Duration limit, Predicate<LacpHost> wanted) {
        long begin = System.nanoTime();
        try {
            Awaitility.await(what).pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2))
                    .atMost(limit).until(() -> {
                        pump();
                        return wanted.test(this);
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(what + " did not happen within " + limit + ": " + view() + ", " + events, e);
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private void pump() {
        sockets.forEach((leg, socket) -> {
            List<byte[]> frames = socket.received(LacpHost::isSlow);
            for (byte[] frame : frames.subList(seen.getOrDefault(leg, 0), frames.size())) {
                aggregation.receive(leg, MemorySegment.ofArray(frame), System.nanoTime());
            }
            seen.put(leg, frames.size());
        });
        aggregation.tick(System.nanoTime());
    }

    private static boolean isSlow(byte[] frame) {
        return frame.length > ETHER_TYPE_AT + 1 && (Byte.toUnsignedInt(frame[ETHER_TYPE_AT]) << 8
                | Byte.toUnsignedInt(frame[ETHER_TYPE_AT + 1])) == SLOW_PROTOCOLS;
    }

    @Override
    public void close() throws Exception {
        for (FrameSocket socket : sockets.values()) {
            socket.close();
        }
    }

    private final class Output implements LagOutput {
        @Override
        public void send(int leg, byte[] frame) {
            if (frame.length != SlowFrames.FRAME_BYTES) {
                throw new AssertionError("a slow-protocol frame of " + frame.length + " bytes");
            }
            Objects.requireNonNull(sockets.get(leg)).send(frame);
        }

        @Override
        public void collecting(int leg, boolean on) {
        }

        @Override
        public void distributing(int leg, boolean on) {
        }

        @Override
        public void markerAnswered(int leg, int transaction) {
        }

        @Override
        public void event(LagEvent event) {
            events.add(event);
        }
    }
}
