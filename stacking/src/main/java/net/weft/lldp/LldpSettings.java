package net.weft.lldp;

/**
 * The parameters of IEEE 802.1AB-2016, 9.2.5, and the bounds on what neighbours can make the agent remember.
 *
 * @param intervalSeconds between two frames when nothing changes, 5 to 3600
 * @param holdMultiplier neighbours forget the port after so many intervals and a second, 1 to 100
 * @param neighborsOfPort at most so many are remembered for one port, 1 to 100
 * @param neighbors at most so many are remembered in all
 */
public record LldpSettings(int intervalSeconds, int holdMultiplier, int neighborsOfPort, int neighbors) {
    public static final LldpSettings STANDARD = new LldpSettings(30, 4, 8, 4_096);

    private static final int MAX_TTL = 0xffff;

    public LldpSettings {
        between("interval in seconds", intervalSeconds, 5, 3_600);
        between("hold multiplier", holdMultiplier, 1, 100);
        between("neighbors of a port", neighborsOfPort, 1, 100);
        between("neighbors", neighbors, 1, 1 << 20);
    }

    int ttlSeconds() {
        return Math.min(intervalSeconds * holdMultiplier + 1, MAX_TTL);
    }

    private static void between(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("LLDP: " + name + " " + value + " is not in " + min + "-" + max);
        }
    }
}
