package net.weft.examples.bench.vhost;

import java.util.LinkedHashMap;
import java.util.Map;
import net.weft.examples.bench.run.Report;
import net.weft.examples.jmh.VhostStagesBenchmark;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** The cost of each stage from ring to ring on top of a bare loop, from {@link VhostStagesBenchmark}. */
public final class StageCosts {
    /** The word for it in {@code --what}. */
    public static final String LABEL = "vhost-stages";

    /** Mean nanoseconds a frame, by method. */
    private record Times(Map<String, Double> ns) {
        private double of(String method) {
            return ns.getOrDefault(method, Double.NaN);
        }
    }

    private StageCosts() {
    }

    /**
     * Measures, and returns a page of Markdown.
     *
     * @param forks JVMs that measure each method
     * @param warmUpSeconds in each of them
     */
    public static String page(int forks, int warmUpSeconds, int seconds) throws RunnerException {
        Options options = new OptionsBuilder().include(VhostStagesBenchmark.class.getName()).forks(forks)
                .warmupIterations(warmUpSeconds).measurementIterations(seconds).build();
        Map<String, Times> bySize = new LinkedHashMap<>();
        for (RunResult result : new Runner(options).run()) {
            String method = result.getParams().getBenchmark();
            bySize.computeIfAbsent(result.getParams().getParam("frameBytes"), size -> new Times(new LinkedHashMap<>()))
                    .ns().put(method.substring(method.lastIndexOf('.') + 1), result.getPrimaryResult().getScore());
        }
        StringBuilder page = new StringBuilder("# What the stages cost\n\n");
        page.append("Nanoseconds and cycles (time stamp counter, ")
                .append(Report.number(LoopMeasure.timeStampHz() / 1e6, 0))
                .append(" MHz) a frame, one thread, full bursts of one flow, split rings, both guests played in the same"
                        + " thread. Mean of ")
                .append(forks).append(" JVMs of ").append(seconds).append(" s after ")
                .append(warmUpSeconds).append(" s of warm-up. What the guests cost is taken off. Caches are warm: the"
                        + " figures are those of the instructions, a real guest's cache lines come from another processor. Where a stage"
                        + " ends, its frames are dropped, which is counted with the stage.\n");
        bySize.forEach((size, times) -> table(page, size, times));
        return page.toString();
    }

    private static void table(StringBuilder page, String size, Times times) {
        double sender = times.of("sender");
        double guests = times.of("guests");
        double bare = times.of("bareLoop") - guests;
        page.append("\n## ").append(size).append(" octets\n\n| stage | ns | cycles |\n|---|---:|---:|\n");
        row(page, "fetch: descriptors read, checked, given back", times.of("fetch") - sender);
        row(page, "gather: private head, virtio-net header", times.of("gather") - times.of("fetch"));
        row(page, "parse: tag, membership, addresses", times.of("parse") - times.of("gather"));
        row(page, "learn and look up, size and guards", times.of("lookUp") - times.of("parse"));
        row(page, "write and complete: lists, buffers, copy, used ring",
                times.of("whole") - guests - (times.of("lookUp") - sender));
        row(page, "**all of Weft**", times.of("whole") - guests);
        row(page, "bare loop from ring to ring", bare);
        row(page, "**Weft on top of the bare loop**", times.of("whole") - guests - bare);
        row(page, "the guests themselves, taken off", guests);
    }

    private static void row(StringBuilder page, String stage, double ns) {
        page.append("| ").append(stage).append(" | ").append(Report.number(ns, 1)).append(" | ")
                .append(Report.number(ns * LoopMeasure.timeStampHz() / 1e9, 0)).append(" |\n");
    }
}
