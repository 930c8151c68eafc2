package net.weft.lldp;

/**
 * A neighbour that a port has heard.
 *
 * @param port this system's port
 * @param said what it said last
 * @param heardNs when it said so, in the agent's time
 */
public record LldpNeighbor(int port, LldpAnnouncement said, long heardNs) {
    /** The whole seconds since it was heard. */
    public long ageSeconds(long nowNs) {
        return Math.max(nowNs - heardNs, 0) / LldpPort.SECOND_NS;
    }

    boolean expired(long nowNs) {
        return nowNs - heardNs >= said.ttlSeconds() * LldpPort.SECOND_NS;
    }
}
