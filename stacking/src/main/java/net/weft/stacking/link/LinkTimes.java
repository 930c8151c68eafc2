package net.weft.stacking.link;

/**
 * The times of stack links, in nanoseconds.
 *
 * @param helloNs interval of hellos
 * @param deadNs silence of a neighbour after which the link is down; doubled by each silence until failures are forgotten
 * @param holdNs time for which a link must work before it is used again after a failure; doubled by each further failure
 * @param longestHoldNs bound of that time
 * @param forgiveNs time of use after which earlier failures are forgotten
 */
public record LinkTimes(long helloNs, long deadNs, long holdNs, long longestHoldNs, long forgiveNs) {
    /** How often a silence that ended a link in use doubles {@link #deadNs}, because the neighbour's host may only be busy. */
    public static final int MOST_SILENCES = 3;
    private static final long MS = 1_000_000L;

    /** For up to four members: a silent link is down after 100 ms. */
    public static final LinkTimes FAST = new LinkTimes(25 * MS, 100 * MS, 200 * MS, 10_000 * MS, 60_000 * MS);
    /** For larger stacks on small hosts: a silent link is down after 400 ms. */
    public static final LinkTimes RELAXED = new LinkTimes(100 * MS, 400 * MS, 500 * MS, 10_000 * MS, 60_000 * MS);

    /** @throws IllegalArgumentException unless three hellos fit into the silence that ends a link */
    public LinkTimes {
        if (helloNs <= 0 || deadNs < 3 * helloNs || holdNs < 0 || longestHoldNs < holdNs || forgiveNs <= 0) {
            throw new IllegalArgumentException("times of stack links: hello " + helloNs + " ns, dead " + deadNs
                    + " ns, hold " + holdNs + ".." + longestHoldNs + " ns, forgive " + forgiveNs
                    + " ns; expected dead of at least three hellos");
        }
    }
}
