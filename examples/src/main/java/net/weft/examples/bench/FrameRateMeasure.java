package net.weft.examples.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import net.weft.examples.bench.run.CpuTime;
import net.weft.examples.lab.Namespace;

/**
 * The rate of small frames that reach b when a sends as fast as it can: received frames from the kernel's statistics of
 * both cables. With two processors or more the sender has the first for itself and the switch the second; the kernel's
 * bridge runs on the sender's, because the softirq runs there.
 */
final class FrameRateMeasure implements Measure {
    private static final int SENDER_CPU = 0;
    private static final int SWITCH_CPU = 1;
    private static final int RECEIVED_FRAMES = 1;
    private static final double NS = 1e9;

    @Override
    public void run(Bed bed, Candidate candidate, Window window, Recorder recorder) throws InterruptedException {
        boolean pinned = Runtime.getRuntime().availableProcessors() > 1;
        if (pinned) {
            candidate.process().ifPresent(process -> pin(bed.fabric(), process));
        }
        try (FrameBlaster blaster = FrameBlaster.start(bed.a(), bed.b(), pinned ? SENDER_CPU : -1)) {
            TimeUnit.SECONDS.sleep(Math.max(1, window.warmUpSeconds()));
            Reading start = Reading.take(bed, candidate);
            TimeUnit.SECONDS.sleep(window.seconds());
            Reading end = Reading.take(bed, candidate);
            double seconds = (end.atNs - start.atNs) / NS;
            long delivered = end.delivered - start.delivered;
            recorder.record(Metric.FRAME_OFFER, (end.offered - start.offered) / seconds / 1e3);
            recorder.record(Metric.FRAME_RATE, delivered / seconds / 1e3);
            if (candidate.process().isPresent() && delivered > 0) {
                recorder.record(Metric.FRAME_COST, end.cpu.since(start.cpu).process() * NS / delivered);
            }
        }
    }

    /** Binds every thread that the process has, and every thread that those will start. */
    private static void pin(Namespace namespace, ProcessHandle process) {
        namespace.run("taskset", "-a", "-c", "-p", Integer.toString(SWITCH_CPU), Long.toString(process.pid()))
                .orThrow();
    }

    private record Reading(long atNs, long offered, long delivered, CpuTime cpu) {
        static Reading take(Bed bed, Candidate candidate) {
            return new Reading(System.nanoTime(), received(bed.fabric(), bed.a().cable()),
                    received(bed.b().namespace(), "eth0"), CpuTime.now(candidate.process()));
        }

        /** Frames received by a device, from {@code /proc/net/dev} as a thread inside sees it. */
        private static long received(Namespace namespace, String device) {
            String line = namespace.call(() -> Files.readAllLines(Path.of("/proc/thread-self/net/dev"))).stream()
                    .map(String::strip).filter(text -> text.startsWith(device + ":")).findFirst().orElseThrow();
            String[] columns = line.substring(device.length() + 1).strip().split(" +");
            return Long.parseLong(columns[RECEIVED_FRAMES]);
        }
    }
}
