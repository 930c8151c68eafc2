package net.weft.vswitch.port;

import net.weft.vlan.VlanMembership;

/**
 * The flag word of a port in a snapshot: which checks its frames need. A port without any has the word 0, and nothing further is read
 * for its frames.
 */
public final class PortFlags {
    /** Flooded frames that come in are limited. */
    public static final int STORM = 1;
    /** All frames that come in are limited. */
    public static final int INGRESS_RATE = 1 << 1;
    /** All frames that leave are limited. */
    public static final int EGRESS_RATE = 1 << 2;
    /** A spanning tree frame shuts the port. */
    public static final int BPDU_GUARD = 1 << 3;
    /** Spanning tree frames pass. */
    public static final int BPDU_FORWARD = 1 << 4;
    /** Loop probes leave by the port, and those that come back are trapped. */
    public static final int LOOP_PROBES = 1 << 5;
    /** The port is err-disabled because of a loop: only probes are looked at. */
    public static final int SHUT_LOOP = 1 << 6;
    /** The port is err-disabled because of spanning tree: every frame that comes in is dropped. */
    public static final int SHUT_BPDU = 1 << 7;
    /** Frames that come in are a customer's: their tags are payload. */
    public static final int TUNNEL = 1 << 8;
    /** Zones are evaluated. */
    public static final int ZONED = 1 << 9;
    /** Frames that come in must carry the port's own addresses. */
    public static final int BOUND = 1 << 10;
    /** Frames that come in may claim an address that a port has declared. */
    public static final int WATCHED = 1 << 11;
    /** The bits for which headers are read. */
    public static final int NEEDS_HEADERS = ZONED | BOUND | WATCHED;
    /** The bits that concern every frame that comes in; the others concern flooded frames only. */
    public static final int ADMISSION = TUNNEL | INGRESS_RATE | SHUT_LOOP | SHUT_BPDU;

    private PortFlags() {
    }

    /** {@link #TUNNEL} for the membership of a tunnel port, else 0. */
    public static int of(VlanMembership membership) {
        return membership.isTunnel() ? TUNNEL : 0;
    }
}
