package net.weft.vswitch.device;

/**
 * What a bad cable does to frames on one way. Probabilities are {@code 0..1}, each frame judged by itself.
 *
 * @param loss it never arrives
 * @param duplication it arrives twice
 * @param corruption one bit of it arrives wrong
 * @param reordering it arrives behind the frame sent after it
 * @param delayNs how long every frame takes
 * @param jitterNs how much longer it takes at most; frames may overtake each other by it
 */
public record LinkFaults(double loss, double duplication, double corruption, double reordering, long delayNs,
        long jitterNs) {
    /** A good cable. */
    public static final LinkFaults NONE = new LinkFaults(0, 0, 0, 0, 0, 0);

    /** @throws IllegalArgumentException if a value is out of range */
    public LinkFaults {
        for (double probability : new double[]{loss, duplication, corruption, reordering}) {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException("a probability of " + probability + ": expected 0 to 1");
            }
        }
        if (delayNs < 0 || jitterNs < 0) {
            throw new IllegalArgumentException(
                    "a delay of " + delayNs + " ns, jitter of " + jitterNs + " ns: expected 0 or more");
        }
    }

    public static LinkFaults loss(double probability) {
        return new LinkFaults(probability, 0, 0, 0, 0, 0);
    }

    public static LinkFaults delay(long delayNs, long jitterNs) {
        return new LinkFaults(0, 0, 0, 0, delayNs, jitterNs);
    }
}
