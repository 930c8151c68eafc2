package net.weft.examples.lab;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Objects;
import net.weft.linux.CurrentThread;
import net.weft.linux.Interfaces;
import net.weft.linux.MessageVector;
import net.weft.linux.PacketSocket;
import org.awaitility.Awaitility;

/**
 * A paced stream of small frames between two hosts, and a flood between two others, by one thread in turns: what the sending side takes
 * of the machine is the same wherever the flood leads.
 *
 * @param sent frames of the stream that its device took
 * @param lost those that did not come out of the cable at the far end
 * @param flooded frames of the flood that their device took
 */
public record FloodedStream(long sent, long lost, long flooded) {
    private static final int VECTOR = 64;
    private static final int SOCKET_BYTES = 4 << 20;
    private static final int PROCESSOR = 0;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration QUIET = Duration.ofMillis(300);

    /** What is sent: a frame, and what becomes of it each time it is sent. */
    public record Frame(byte[] bytes, Change change) {
        /** The same each time. */
        public static Frame of(byte[] bytes) {
            return new Frame(bytes, (frame, number) -> {
            });
        }
    }

    /** Makes the next frame of the last. */
    @FunctionalInterface
    public interface Change {
        void apply(MemorySegment frame, long number);
    }

    /** @param rate of the stream, frames a second */
    public static FloodedStream run(Host from, Host to, Host floodFrom, Host floodTo, int rate, Duration duration)
            throws InterruptedException {
        return run(from, to, Frame.of(Frames.frame(to.mac(), from.mac(), "stream")), floodFrom,
                Frame.of(Frames.frame(floodTo.mac(), floodFrom.mac(), "stream")), rate, duration);
    }

    /** @param rate of the stream, frames a second */
    public static FloodedStream run(Host from, Host to, Frame streamed, Host floodFrom, Frame flooded, int rate,
            Duration duration) throws InterruptedException {
        long before = to.packetsReceived();
        long[] counts = new long[2];
        Thread sender = Thread.ofPlatform().name("flooded stream").start(() -> {
            try (Arena arena = Arena.ofConfined();
                    Sending stream = new Sending(arena, from, streamed);
                    Sending flood = new Sending(arena, floodFrom, flooded)) {
                CurrentThread.cpu(PROCESSOR);
                long startNs = System.nanoTime();
                for (long spentNs = 0; spentNs < duration.toNanos(); spentNs = System.nanoTime() - startNs) {
                    long due = spentNs * rate / 1_000_000_000L - counts[0];
                    counts[0] += stream.send((int) Math.min(due, VECTOR));
                    counts[1] += flood.send(VECTOR);
                }
            }
        });
        sender.join();
        long received = settled(to) - before;
        return new FloodedStream(counts[0], Math.max(0, counts[0] - received), counts[1]);
    }

    /** The counter of a host, once nothing more comes. */
    private static long settled(Host host) {
        long[] last = {host.packetsReceived()};
        Awaitility.await().atMost(PATIENCE).pollInterval(QUIET).until(() -> {
            long before = last[0];
            last[0] = host.packetsReceived();
            return last[0] == before;
        });
        return last[0];
    }

    public double lostPercent() {
        return 100.0 * lost / sent;
    }

    private static final class Sending implements AutoCloseable {
        private final PacketSocket socket;
        private final MessageVector vector;
        private final Change change;
        private final MemorySegment[] frames = new MemorySegment[VECTOR];
        private long number;

        Sending(Arena arena, Host from, Frame frame) {
            change = frame.change();
            socket = from.namespace().call(() -> {
                try (Interfaces interfaces = new Interfaces()) {
                    int index = Objects.requireNonNull(interfaces.find("eth0"), "eth0").index();
                    return PacketSocket.open(index,
                            new PacketSocket.Options(false, 0, 0, 0, true, SOCKET_BYTES, SOCKET_BYTES));
                }
            });
            vector = new MessageVector(arena, VECTOR, 1, 0);
            for (int n = 0; n < VECTOR; n++) {
                frames[n] = arena.allocateFrom(ValueLayout.JAVA_BYTE, frame.bytes());
                vector.segment(n, 0, frames[n].address(), frame.bytes().length);
            }
        }

        /** @return frames that the device took */
        int send(int count) {
            for (int n = 0; n < count; n++) {
                change.apply(frames[n], number++);
            }
            return count <= 0 ? 0 : Math.max(0, vector.send(socket.socket(), 0, count, 0));
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
