package net.weft.zone;

/**
 * The maximum numbers of tracked connections.
 *
 * @param total in the whole table; fixed when the table is created
 * @param perNetwork in one VLAN
 * @param perPort opened by one port
 */
public record ConnectionLimits(int total, int perNetwork, int perPort) {
    public static final ConnectionLimits DEFAULT = new ConnectionLimits(1 << 20, 1 << 19, 1 << 18);
}
