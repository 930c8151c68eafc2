package net.weft.examples.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A kind of traffic and its measurements. */
interface Measure {
    /** Measures once. Returns when all it started has ended, also when interrupted. */
    void run(Bed bed, Candidate candidate, Window window, Recorder recorder) throws IOException, InterruptedException;

    /** Receives the measured values. */
    @FunctionalInterface
    interface Recorder {
        void record(Metric metric, double value);
    }

    /** Traffic runs for {@code warmUpSeconds} unmeasured, then for {@code seconds} measured. */
    record Window(int warmUpSeconds, int seconds) {
    }

    /** The kinds that {@code --what} names, in the order in which one switch goes through them. */
    enum Kind {
        TCP(new TcpMeasure()), LATENCY(new LatencyMeasure()), RATE(new FrameRateMeasure());

        final Measure measure;

        Kind(Measure measure) {
            this.measure = measure;
        }

        static Kind of(String name) {
            return Arrays.stream(values()).filter(kind -> kind.name().equalsIgnoreCase(name)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "'" + name + "' is nothing to measure; expected some of " + Arrays.stream(values())
                                    .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                                    .collect(Collectors.joining(", "))));
        }
    }
}
