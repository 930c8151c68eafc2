package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Limit;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.WeftProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How soon it works, how soon it answers, and what it costs while nothing happens. Of several tries the best counts: the machine is shared. */
@Tag("system")
@Tag("alone")
class StartTest {
    private static final int TRIES = 3;
    /** Starts at most, each of a process of its own, while others use the machine so much that none of three was quick enough. */
    private static final int MOST_TRIES = 8;
    private static final Duration FIRST_FRAME_LIMIT = Duration.ofMillis(1500);
    private static final Duration ANSWER_LIMIT = Duration.ofMillis(500);
    private static final Duration IDLE = Duration.ofSeconds(Integer.getInteger("weft.idle.seconds", 3));
    private static final int IDLE_PORTS = 8;
    /** Percent of a core. A wake-up costs twenty times as much on a busy host, so only a proof holds how little it is. */
    private static final double IDLE_PERCENT = 1;
    /** Percent of a core, which a worker that polls passes at once. */
    private static final double POLLING_PERCENT = 50;
    private static final double IDLE_HELD_PERCENT = Limit.isProof() ? IDLE_PERCENT : POLLING_PERCENT;

    @AutoClose
    private final Lab lab = Lab.open("start");
    private final Namespace fabric = lab.namespace("switch");

    @Test
    void shouldForwardAndAnswerSoonAfterTheStart() throws Exception {
        Host left = lab.host("left", fabric, "10.10.0.1/24");
        Host right = lab.host("right", fabric, "10.10.0.2/24");
        String file = Fabric.of(nic("left", "access: 10"), nic("right", "access: 10"));
        List<Duration> firstFrames = new ArrayList<>();
        List<Duration> answers = new ArrayList<>();
        try (FrameSocket in = left.frames(); FrameSocket out = right.frames()) {
            byte[] probe = Frames.frame(Frames.BROADCAST, left.mac(), "probe");
            for (int i = 0; i < TRIES || i < MOST_TRIES && !areQuick(firstFrames, answers); i++) {
                long startNs = System.nanoTime();
                CompletableFuture<WeftProcess> starting = CompletableFuture
                        .supplyAsync(() -> WeftProcess.up(lab, fabric, file));
                Awaitility.await("the first frame").pollInterval(Duration.ofMillis(2)).pollDelay(Duration.ZERO)
                        .until(() -> {
                            in.send(probe);
                            return !out.received(Frames.marked("probe")).isEmpty();
                        });
                firstFrames.add(Duration.ofNanos(System.nanoTime() - startNs));
                try (WeftProcess weft = starting.get()) {
                    startNs = System.nanoTime();
                    weft.show("ports");
                    answers.add(Duration.ofNanos(System.nanoTime() - startNs));
                }
                out.forget();
            }
        }
        System.out.printf("proof: weft up to the first forwarded frame: %d ms (best of %s)%n",
                best(firstFrames).toMillis(), firstFrames);
        System.out.printf("proof: weft show ports: %d ms (best of %s)%n", best(answers).toMillis(), answers);
        Limit.hold("weft up to the first forwarded frame, best", best(firstFrames), FIRST_FRAME_LIMIT);
        Limit.hold("weft show ports, best", best(answers), ANSWER_LIMIT);
    }

    /** A proof holds that it costs next to nothing, {@value #IDLE_PERCENT} % of a core. */
    @Test
    void shouldNotPollWhileIdle() {
        String[] ports = IntStream.rangeClosed(1, IDLE_PORTS).mapToObj(i -> {
            lab.host("p" + i, fabric, "10.10.0." + i + "/24");
            return nic("p" + i, "access: 10");
        }).toArray(String[]::new);
        WeftProcess weft = WeftProcess.up(lab, fabric, Fabric.of(ports));
        List<Double> percents = new ArrayList<>();
        for (int i = 0; i < TRIES || i < MOST_TRIES && Collections.min(percents) >= IDLE_HELD_PERCENT; i++) {
            Duration before = used(weft);
            Awaitility.await().pollDelay(IDLE).atMost(IDLE.plusSeconds(5)).until(() -> true);
            percents.add(100.0 * used(weft).minus(before).toMillis() / IDLE.toMillis());
        }
        double percent = Collections.min(percents);
        System.out.printf("proof: idle with %d ports: %.2f %% of a core (best of %s, %d s each)%n", IDLE_PORTS, percent,
                percents, IDLE.toSeconds());
        assertThat(percent).isLessThan(IDLE_HELD_PERCENT);
    }

    private static boolean areQuick(List<Duration> firstFrames, List<Duration> answers) {
        return best(firstFrames).compareTo(Limit.held(FIRST_FRAME_LIMIT)) < 0
                && best(answers).compareTo(Limit.held(ANSWER_LIMIT)) < 0;
    }

    private static Duration used(WeftProcess weft) {
        return weft.handle().info().totalCpuDuration().orElseThrow();
    }

    private static Duration best(List<Duration> durations) {
        return Collections.min(durations);
    }
}
