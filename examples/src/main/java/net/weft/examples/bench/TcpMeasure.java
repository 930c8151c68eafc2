package net.weft.examples.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.weft.examples.bench.run.CpuTime;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.Outcome;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One flow of iperf3 from a to b, every program on any processor: the rate at the receiver, and the processor time it
 * took.
 */
final class TcpMeasure implements Measure {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int CONNECT_ATTEMPTS = 30;
    private static final long CONNECT_PAUSE_MS = 100;
    private static final Duration SLACK = Duration.ofSeconds(20);
    private static final double GIGA = 1e9;

    @Override
    public void run(Bed bed, Candidate candidate, Window window, Recorder recorder) throws InterruptedException {
        Process server = serve(bed.b().namespace());
        try {
            warmUp(bed, Math.max(1, window.warmUpSeconds()));
            CpuTime start = CpuTime.now(candidate.process());
            JsonNode received = JSON.readTree(transfer(bed, window.seconds()).orThrow().out()).path("end")
                    .path("sum_received");
            CpuTime used = CpuTime.now(candidate.process()).since(start);
            double gigabytes = received.path("bytes").asDouble() / GIGA;
            recorder.record(Metric.TCP_RATE, received.path("bits_per_second").asDouble() / GIGA);
            recorder.record(Metric.TCP_MACHINE_COST, used.machine() / gigabytes);
            if (candidate.process().isPresent()) {
                recorder.record(Metric.TCP_SWITCH_COST, used.process() / gigabytes);
            }
        } finally {
            server.destroyForcibly();
        }
    }

    private static Process serve(Namespace namespace) {
        try {
            return namespace.program(List.of("iperf3", "-s")).redirectErrorStream(true).redirectOutput(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start iperf3", e);
        }
    }

    /** The first transfer also waits for the server to listen. */
    private static void warmUp(Bed bed, int seconds) throws InterruptedException {
        Outcome last = transfer(bed, seconds);
        for (int i = 1; i < CONNECT_ATTEMPTS && !last.ok(); i++) {
            Thread.sleep(CONNECT_PAUSE_MS);
            last = transfer(bed, seconds);
        }
        last.orThrow();
    }

    /** With {@code -J} iperf3 also reports in JSON why it failed. */
    private static Outcome transfer(Bed bed, int seconds) {
        return bed.a().namespace().run(SLACK.plusSeconds(seconds), Map.of(),
                List.of("iperf3", "-J", "-C", bed.conditions().congestion(), "-c", bed.b().address(), "-t",
                        Integer.toString(seconds)));
    }
}
