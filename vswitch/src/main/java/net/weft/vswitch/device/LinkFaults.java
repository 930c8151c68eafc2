package net.weft.vswitch.device;

/**
 * The faults of a simulated bad cable in one direction. Probabilities are {@code 0..1} and apply to each frame
 * independently.
 *
 * @param loss probability that a frame is lost
 * @param duplication probability that a frame arrives twice
 * @param corruption probability that one bit of a frame is inverted
 * @param reordering probability that a frame arrives after the frame sent after it
 * @param delayNs delay of every frame, ns
 * @param jitterNs largest random delay added, ns; frames may overtake each other because of it
 */
public record LinkFaults(double loss, double duplication, double corruption, double reordering, long delayNs,
        long jitterNs) {
    /** A cable without faults. */
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
