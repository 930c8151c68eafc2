package net.weft.examples.system;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Limit;
import net.weft.examples.lab.VhostFrontEnd;
import net.weft.examples.lab.WeftProcess;
import net.weft.linux.CurrentThread;
import net.weft.linux.Epoll;
import net.weft.linux.EventFd;
import net.weft.testing.Spin;
import org.HdrHistogram.Histogram;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What sleeping costs with {@value #GUESTS} guests on vhost-user sockets: the time the first frame after a silence takes from ring to ring,
 * and the processor time of an idle switch. {@code -Dweft.wakeups} (how often) and {@code -Dweft.silence.ms} make it the
 * long proof; the machine should have nothing else to do.
 */
@Tag("system")
class WakeUpProof {
    private static final int GUESTS = 8;
    private static final int WAKE_UPS = Integer.getInteger("weft.wakeups", 5);
    private static final long SILENCE_NS = TimeUnit.MILLISECONDS.toNanos(Long.getLong("weft.silence.ms", 200));
    private static final Duration IDLE = Duration.ofSeconds(Integer.getInteger("weft.idle.seconds", 3));
    private static final long LIMIT_NS = 200_000;
    private static final int NAPS = 2000;
    private static final long NAP_NS = 1_000_000;
    /** Held open with a 0 written to it, it forbids idle states with a latency (kernel: Documentation/power/pm_qos_interface). */
    private static final Path LATENCY_WISH = Path.of("/dev/cpu_dma_latency");
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);
    private static final byte[] FRAME = Frames.frame(Frames.BROADCAST, "02:00:00:00:00:01", "wake up");

    @AutoClose
    private final Lab lab = Lab.open("wake");
    private final BitSet processors = CurrentThread.cpus();
    private final List<VhostFrontEnd> guests = new ArrayList<>();

    private WeftProcess start() {
        String[] ports = IntStream.range(0, GUESTS).mapToObj(n -> "g" + n + ": {type: vhost-user, socket: "
                + lab.path("g" + n + ".sock") + ", mode: server, access: 10}").toArray(String[]::new);
        WeftProcess weft = WeftProcess.up(lab, lab.namespace("switch"),
                "members: {1: {workers: {cpus: [1]}}}\n" + Fabric.of(ports));
        for (int n = 0; n < GUESTS; n++) {
            guests.add(lab.closing(new VhostFrontEnd(lab.path("g" + n + ".sock"))));
        }
        weft.awaitAllUp();
        return weft;
    }

    /** Programs inherit the processors of the thread that starts them: those of later tests must not find one only. */
    @AfterEach
    void unpin() {
        CurrentThread.cpus(processors);
    }

    @Test
    void shouldForwardTheFirstFrameSoonAfterASilence() throws IOException {
        start();
        pin(0);
        IntStream.range(0, 20_000).forEach(_ -> passNs());
        Histogram awake = new Histogram(3);
        IntStream.range(0, 1000).forEach(_ -> awake.recordValue(passNs()));
        Histogram first = naps(20);
        naps(NAPS);
        Histogram napped = naps(NAPS);
        try (Sleeper sleeper = new Sleeper()) {
            IntStream.range(0, NAPS).forEach(_ -> {
                pause(NAP_NS);
                sleeper.wakeNs();
            });
            say("ring to ring, the worker awake", awake);
            say("ring to ring, the first wake-ups of a young switch", first);
            say("ring to ring, first frame after 1 ms of silence", napped);
            silences("processors halted in between", sleeper);
            try (FileChannel noHalt = FileChannel.open(LATENCY_WISH, StandardOpenOption.WRITE)) {
                noHalt.write(ByteBuffer.allocate(4));
                Histogram woken = silences("processors kept from halting", sleeper);
                Limit.hold("first frame after a silence, median", woken.getValueAtPercentile(50), LIMIT_NS, "ns");
            }
        }
    }

    /**
     * First frames after silences, and beside them what the kernel alone needs to wake a thread: with processors that halt, that is
     * the machine's or its hypervisor's doing and differs from one to the next by a factor of a hundred.
     */
    private Histogram silences(String processors, Sleeper sleeper) {
        Histogram woken = new Histogram(3);
        Histogram bare = new Histogram(3);
        for (int n = 0; n < WAKE_UPS; n++) {
            LockSupport.parkNanos(SILENCE_NS);
            bare.recordValue(sleeper.wakeNs());
            LockSupport.parkNanos(SILENCE_NS);
            woken.recordValue(passNs());
        }
        String after = " after " + SILENCE_NS / 1_000_000 + " ms of silence, " + processors;
        say("ring to ring, first frame" + after, woken);
        say("the kernel alone, a thread blocked in epoll sees its eventfd" + after, bare);
        return woken;
    }

    /** Guest and worker on processors of their own: on one, a woken worker would wait for the end of the guest's time slice. */
    private static void pin(int cpu) {
        CurrentThread.cpu(cpu);
    }

    private static void say(String what, Histogram ns) {
        System.out.printf("proof: %s: median %.0f µs, 90 %% %.0f µs, 99 %% %.0f µs, most %.0f µs (%d tries)%n", what,
                ns.getValueAtPercentile(50) / 1e3, ns.getValueAtPercentile(90) / 1e3,
                ns.getValueAtPercentile(99) / 1e3, ns.getMaxValue() / 1e3, ns.getTotalCount());
    }

    /** Silences of a millisecond, after which the worker sleeps, with this processor busy: what the switch and the kernel do without idling. */
    private Histogram naps(int count) {
        Histogram ns = new Histogram(3);
        for (int n = 0; n < count; n++) {
            pause(NAP_NS);
            ns.recordValue(passNs());
        }
        return ns;
    }

    private static void pause(long ns) {
        long untilNs = System.nanoTime() + ns;
        while (System.nanoTime() < untilNs) {
            Thread.onSpinWait();
        }
    }

    /** From before publishing in the first guest's ring until the second finds the frame in its own. */
    private long passNs() {
        VhostFrontEnd sender = guests.getFirst();
        VhostFrontEnd receiver = guests.get(1);
        long startNs = System.nanoTime();
        sender.send(FRAME);
        while (!receiver.receive()) {
            if (System.nanoTime() - startNs > PATIENCE_NS) {
                throw new AssertionError("a frame did not come within 5 s: a wake-up was lost");
            }
            Thread.onSpinWait();
        }
        long ns = System.nanoTime() - startNs;
        guests.stream().skip(2).forEach(VhostFrontEnd::receive);
        return ns;
    }

    /** What the kernel needs to wake a thread: no switch, no rings. */
    private static final class Sleeper implements AutoCloseable {
        private final EventFd event = new EventFd();
        private final Epoll epoll = new Epoll(1);
        private volatile long seen;
        private volatile boolean stop;
        private final Thread thread = new Thread(this::run, "sleeper");

        private Sleeper() {
            epoll.add(event.fd(), Epoll.IN, 0);
            thread.start();
        }

        private void run() {
            pin(1);
            long count = 0;
            while (!stop) {
                if (epoll.await(1000) > 0) {
                    event.drain();
                    seen = ++count;
                }
            }
        }

        private long wakeNs() {
            long before = seen;
            long startNs = System.nanoTime();
            event.signal();
            Spin.until("the thread is woken", () -> seen != before);
            return System.nanoTime() - startNs;
        }

        @Override
        public void close() {
            stop = true;
            event.signal();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            epoll.close();
            event.close();
        }
    }

    @Test
    void shouldCostNextToNothingWithIdleGuests() {
        WeftProcess weft = start();
        List<Double> percents = new ArrayList<>();
        for (int n = 0; n < 3; n++) {
            Duration before = used(weft);
            Awaitility.await().pollDelay(IDLE).atMost(IDLE.plusSeconds(5)).until(() -> true);
            percents.add(100.0 * used(weft).minus(before).toMillis() / IDLE.toMillis());
        }
        double percent = percents.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        System.out.printf("proof: idle with %d connected guests: %.2f %% of a core (best of %s, %d s each)%n", GUESTS,
                percent, percents, IDLE.toSeconds());
        Limit.hold("idle with connected guests, best", percent, 1, "% of a core");
    }

    /** User and system time of the switch, from /proc/PID/stat. */
    private static Duration used(WeftProcess weft) {
        return weft.handle().info().totalCpuDuration().orElseThrow();
    }
}
