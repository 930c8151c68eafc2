package net.weft.examples.bench.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** Every number measured, by quantity, switch and round. */
public final class Results {
    /** Processor use of other processes, measured before each switch is started. */
    public static final Quantity BACKGROUND = new Quantity("CPU used by others just before", "%", 0, false, false);

    private record Sample(Quantity quantity, Subject subject, int round, double value) {
    }

    /**
     * Median, minimum and maximum of some rounds. With an even number of rounds the median is the mean of the middle
     * two.
     */
    public record Spread(double median, double min, double max) {
        static Spread of(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            int half = sorted.length / 2;
            double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
            return new Spread(median, sorted[0], sorted[sorted.length - 1]);
        }
    }

    private final List<Sample> samples = new ArrayList<>();

    /** Adds one number. */
    public void add(Quantity quantity, Subject subject, int round, double value) {
        samples.add(new Sample(quantity, subject, round, value));
    }

    /** Returns whether there is a number of this quantity. */
    public boolean has(Quantity quantity, Subject subject) {
        return samples.stream().anyMatch(sample -> sample.quantity.equals(quantity) && sample.subject.equals(subject));
    }

    /** Number of rounds in which a quantity was measured. */
    public int rounds(Quantity quantity, Subject subject) {
        return (int) samples.stream()
                .filter(sample -> sample.quantity.equals(quantity) && sample.subject.equals(subject))
                .mapToInt(Sample::round).distinct().count();
    }

    /** The spread over the rounds, of which there must be one at least. */
    public Spread spread(Quantity quantity, Subject subject) {
        return Spread.of(
                samples.stream().filter(sample -> sample.quantity.equals(quantity) && sample.subject.equals(subject))
                        .mapToDouble(Sample::value).toArray());
    }

    /**
     * The reference divided by the switch, round by round, so that a disturbance of a whole round cancels out; empty
     * without a common round.
     */
    public double[] ratios(Quantity quantity, Subject subject) {
        return samples.stream().filter(sample -> sample.quantity.equals(quantity) && sample.subject.equals(subject))
                .map(sample -> ratio(sample, subject.reference())).flatMapToDouble(OptionalDouble::stream).toArray();
    }

    private OptionalDouble ratio(Sample peer, Subject reference) {
        return samples.stream()
                .filter(sample -> sample.quantity.equals(peer.quantity) && sample.subject.equals(reference)
                        && sample.round == peer.round && peer.value > 0)
                .mapToDouble(sample -> sample.value / peer.value).findFirst();
    }
}
