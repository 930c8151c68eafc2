package net.weft.vswitch.port;

import net.weft.vlan.VlanMembership;

/**
 * The flag word of a port in a snapshot: which checks its frames need. Frames to a single station of a port without
 * {@link #UNICAST} flags need no further checks.
 */
public final class PortFlags {
    /** Flooded frames are limited on ingress. */
    public static final int STORM = 1;
    /** All frames are rate-limited on ingress. */
    public static final int INGRESS_RATE = 1 << 1;
    /** All frames are rate-limited on egress. */
    public static final int EGRESS_RATE = 1 << 2;
    /** A BPDU err-disables the port. */
    public static final int BPDU_GUARD = 1 << 3;
    /** BPDUs are forwarded. */
    public static final int BPDU_FORWARD = 1 << 4;
    /** Loop probes are sent by the port, and returning probes are trapped. */
    public static final int LOOP_PROBES = 1 << 5;
    /** The port is err-disabled because of a loop: all received frames except loop probes are dropped. */
    public static final int SHUT_LOOP = 1 << 6;
    /** The port is err-disabled because of a BPDU: all received frames are dropped. */
    public static final int SHUT_BPDU = 1 << 7;
    /** The port is a tunnel port: the tags of received frames are payload. */
    public static final int TUNNEL = 1 << 8;
    /** Zones are evaluated for the port's frames. */
    public static final int ZONED = 1 << 9;
    /** Received frames must have the addresses that are bound to the port. */
    public static final int BOUND = 1 << 10;
    /** Received frames may claim an address that a port has declared. */
    public static final int WATCHED = 1 << 11;
    /** {@link #STORM} does not limit multicast. */
    public static final int STORM_SPARES_MULTICAST = 1 << 12;
    /** Received LLDP frames are forwarded. */
    public static final int PASS_LLDP = 1 << 13;
    /** Received LACP frames are forwarded. */
    public static final int PASS_LACP = 1 << 14;
    /** Received 802.1X frames are forwarded. */
    public static final int PASS_EAPOL = 1 << 15;
    /** Received PTP frames to a reserved address are forwarded. */
    public static final int PASS_PTP = 1 << 16;
    /** The port is err-disabled because addresses moved to it again and again: all received frames are dropped. */
    public static final int SHUT_MOVE = 1 << 17;
    /** The legs of the port run link aggregation: LACPDUs and Markers are punted. */
    public static final int LACP = 1 << 20;
    /** The port runs LLDP. */
    public static final int LLDP = 1 << 21;
    /** The port is a stack link: only stack frames pass it. */
    public static final int STACK = 1 << 22;
    /** The flags of an err-disabled port. */
    public static final int SHUT = SHUT_LOOP | SHUT_BPDU | SHUT_MOVE;
    /** The flags that require parsed headers. */
    public static final int NEEDS_HEADERS = ZONED | BOUND | WATCHED;
    /** The flags that concern every received frame; the others concern flooded frames only. */
    public static final int ADMISSION = TUNNEL | INGRESS_RATE | SHUT_LOOP | SHUT_BPDU | SHUT_MOVE;
    /** The flags that concern frames to a single station, too; the others concern group addresses and floods only. */
    public static final int UNICAST = ADMISSION | NEEDS_HEADERS;

    private PortFlags() {
    }

    /** {@link #TUNNEL} for the membership of a tunnel port, else 0. */
    public static int of(VlanMembership membership) {
        return membership.isTunnel() ? TUNNEL : 0;
    }
}
