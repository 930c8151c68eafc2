package net.weft.examples.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** Every number measured, by metric, contender and round. */
final class Results {
    private record Sample(Metric metric, Contender contender, int round, double value) {
    }

    /** Middle, least and greatest of some rounds. With an even number of rounds the middle is the mean of the middle two. */
    record Spread(double median, double min, double max) {
        static Spread of(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            int half = sorted.length / 2;
            double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
            return new Spread(median, sorted[0], sorted[sorted.length - 1]);
        }
    }

    private final List<Sample> samples = new ArrayList<>();

    void add(Metric metric, Contender contender, int round, double value) {
        samples.add(new Sample(metric, contender, round, value));
    }

    boolean has(Metric metric, Contender contender) {
        return samples.stream().anyMatch(sample -> sample.metric == metric && sample.contender == contender);
    }

    /** Over the rounds; there must be one. */
    Spread spread(Metric metric, Contender contender) {
        return Spread.of(samples.stream().filter(sample -> sample.metric == metric && sample.contender == contender)
                .mapToDouble(Sample::value).toArray());
    }

    /** Weft divided by the contender, round by round, so that what disturbed a whole round falls out; empty without a common round. */
    double[] ratios(Metric metric, Contender contender) {
        return samples.stream().filter(sample -> sample.metric == metric && sample.contender == contender)
                .map(sample -> ratio(sample, contender.reference())).flatMapToDouble(OptionalDouble::stream).toArray();
    }

    private OptionalDouble ratio(Sample peer, Contender reference) {
        return samples.stream()
                .filter(sample -> sample.metric == peer.metric && sample.contender == reference
                        && sample.round == peer.round && peer.value > 0)
                .mapToDouble(sample -> sample.value / peer.value).findFirst();
    }
}
