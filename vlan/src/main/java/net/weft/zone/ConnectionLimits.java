package net.weft.zone;

/**
 * How many connections are remembered at most.
 *
 * @param total in the whole table; fixed when the table is made
 * @param perNetwork of one VLAN
 * @param perPort begun by one port
 */
public record ConnectionLimits(int total, int perNetwork, int perPort) {
    public static final ConnectionLimits DEFAULT = new ConnectionLimits(1 << 20, 1 << 19, 1 << 18);
}
