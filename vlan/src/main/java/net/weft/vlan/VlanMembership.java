package net.weft.vlan;

import net.weft.packet.EtherType;
import net.weft.packet.VlanTag;

/**
 * The VLANs of a port, and its rules for tags (IEEE 802.1Q-2022, 6.9 and 8.6.2).
 * <p>At ingress, {@link #ingressVid} classifies a frame by its tag into a VLAN, or rejects it. At egress, {@link
 * #egressTag} returns the tag for that VLAN. A tag is metadata of a frame, one int as packed by {@link VlanTag}: {@code
 * tpid << 16 | tci}, 0 for an untagged frame. A frame with several tags is classified by its outermost.
 * <p>An access port classifies untagged and priority-tagged frames into its one VLAN, rejects every other tag (that of
 * its own VLAN too, as Open vSwitch does) and sends untagged. A trunk accepts tagged frames of the allowed VLANs;
 * untagged and priority-tagged frames go into the native VLAN if there is one. Frames of the native VLAN leave untagged
 * and may arrive tagged. Neither accepts an 802.1ad tag, except for a trunk's tunnel VLANs, whose outer tag has a TPID
 * of its own.
 * <p>A tunnel port (a customer network port, 802.1Q-2022, 15.3) classifies every frame into its one VLAN; the
 * customer's tags remain part of the frame.
 * <p>Immutable; the methods of the packet path allocate nothing and never throw.
 */
public final class VlanMembership {
    /**
     * The result for a VLAN of which the port is not a member. All bits are set: no tag has this value, although tags
     * may be negative ints.
     */
    public static final int NOT_MEMBER = -1;
    /** The result for a tagged frame on an access port. */
    public static final int TAGGED_ON_ACCESS = -2;
    /** The result for an untagged or priority-tagged frame on a trunk without native VLAN. */
    public static final int NO_NATIVE = -3;
    /** The result for an outer tag that is not an 802.1Q one (0x8100). */
    public static final int FOREIGN_TPID = -4;
    /** The result for VID 4095. */
    public static final int RESERVED_VID = -5;

    /** The result for a tag of a trunk's tunnel VLAN that has the TPID of the other VLANs. */
    public static final int NOT_TUNNEL_TPID = -6;

    private static final int PRIORITY_BITS = VlanTag.PCP_MASK | VlanTag.DEI_MASK;

    private final VlanSet members;
    /** The VLANs that are accepted with a tag. */
    private final VlanSet tagged;
    private final boolean access;
    private final boolean tunnel;
    /** The VLANs of a trunk whose outer tag has {@link #tunnelTpid}. */
    private final VlanSet tunnels;
    private final int tunnelTpid;
    /** The VLAN of untagged frames in both directions; 0 for none. */
    private final int untaggedVid;
    /** The result of {@link #ingressVid} for an untagged frame. */
    private final int untaggedVerdict;
    /** The result of {@link #ingressVid} for a tag whose VID is valid but not accepted. */
    private final int taggedRefusal;

    private VlanMembership(VlanSet members, VlanSet tagged, boolean access, int untaggedVid, boolean tunnel,
            VlanSet tunnels, int tunnelTpid) {
        this.tunnel = tunnel;
        this.tunnels = tunnels;
        this.tunnelTpid = tunnelTpid;
        this.members = members;
        this.tagged = tagged;
        this.access = access;
        this.untaggedVid = untaggedVid;
        this.untaggedVerdict = untaggedVid == 0 ? NO_NATIVE : untaggedVid;
        this.taggedRefusal = access ? TAGGED_ON_ACCESS : NOT_MEMBER;
    }

    /**
     * Returns an access port: one VLAN, and a guest that does not use tags.
     *
     * @throws IllegalArgumentException unless the VID is 1-4094
     */
    public static VlanMembership access(int vid) {
        return new VlanMembership(VlanSet.of(vid), VlanSet.EMPTY, true, vid, false, VlanSet.EMPTY, EtherType.VLAN);
    }

    /**
     * Returns a tunnel port for a customer: all frames travel in one VLAN, with the customer's tags.
     *
     * @throws IllegalArgumentException unless the VID is 1-4094
     */
    public static VlanMembership tunnel(int vid) {
        return new VlanMembership(VlanSet.of(vid), VlanSet.EMPTY, false, vid, true, VlanSet.EMPTY, EtherType.VLAN);
    }

    /**
     * Returns a trunk: a port of several VLANs.
     *
     * @param allowed the VLANs, at least one
     * @param nativeVid the VLAN of untagged frames, one of those allowed, or 0 for none
     * @throws IllegalArgumentException when no VLAN is allowed, or the native VLAN is not
     */
    public static VlanMembership trunk(VlanSet allowed, int nativeVid) {
        return trunk(allowed, nativeVid, VlanSet.EMPTY, EtherType.VLAN);
    }

    /**
     * Returns a trunk with tunnel VLANs; see {@link #trunk(VlanSet, int)}.
     *
     * @param tunnels the VLANs whose outer tag has {@code tunnelTpid}; VLANs that are not allowed are ignored
     * @param tunnelTpid 16 bits, 0x88a8 in IEEE 802.1ad
     */
    public static VlanMembership trunk(VlanSet allowed, int nativeVid, VlanSet tunnels, int tunnelTpid) {
        if (allowed.isEmpty()) {
            throw new IllegalArgumentException("a trunk without allowed VLANs carries nothing: name at least one");
        }
        if (nativeVid != 0 && !allowed.contains(VlanId.require(nativeVid))) {
            throw new IllegalArgumentException(
                    "native VLAN " + nativeVid + " is not among the allowed (" + allowed + "): add it there");
        }
        VlanSet tunnelled = allowed.intersection(tunnels);
        VlanSet tagged = tunnelTpid == EtherType.VLAN ? allowed : allowed.without(tunnelled);
        return new VlanMembership(allowed, tagged, false, nativeVid, false, tunnelled,
                tunnelled.isEmpty() ? EtherType.VLAN : tunnelTpid);
    }

    /** Returns a port without VLANs, which receives and sends nothing. */
    public static VlanMembership none() {
        return new VlanMembership(VlanSet.EMPTY, VlanSet.EMPTY, false, 0, false, VlanSet.EMPTY, EtherType.VLAN);
    }

    /**
     * Returns the VLAN of a received frame, 1-4094, or one of the negative constants if it is rejected.
     *
     * @param tag the outer tag as packed by {@link VlanTag}, 0 for an untagged frame
     */
    public int ingressVid(int tag) {
        if (tag == 0 || tunnel) {
            return untaggedVerdict;
        }
        int vid = VlanTag.vid(tag);
        if (VlanTag.tpid(tag) != EtherType.VLAN) {
            return VlanTag.tpid(tag) == tunnelTpid && tunnels.contains(vid) ? vid : FOREIGN_TPID;
        }
        if (tagged.contains(vid)) {
            return vid;
        }
        if (tunnels.contains(vid)) {
            return NOT_TUNNEL_TPID;
        }
        return vid == VlanId.PRIORITY ? untaggedVerdict : vid == VlanId.RESERVED ? RESERVED_VID : taggedRefusal;
    }

    /**
     * Returns the egress tag of a frame of this VLAN, 0 for none, or {@link #NOT_MEMBER}. Compare with that constant:
     * an 802.1Q tag is a negative int too. Priority and drop eligibility are those of the ingress tag, 0 without one.
     */
    public int egressTag(int vid, int ingressTag) {
        if (!members.contains(vid)) {
            return NOT_MEMBER;
        }
        if (vid == untaggedVid) {
            return 0;
        }
        int tpid = tunnels.contains(vid) ? tunnelTpid : EtherType.VLAN;
        return tpid << 16 | (ingressTag & PRIORITY_BITS) | vid;
    }

    /** Returns whether frames of this VLAN may leave the port; accepts any int. */
    public boolean isMember(int vid) {
        return members.contains(vid);
    }

    public boolean isAccess() {
        return access;
    }

    /** Returns whether this is a tunnel port, whose frames carry the customer's tags unchanged. */
    public boolean isTunnel() {
        return tunnel;
    }

    /** Returns the tunnel VLANs of the port: the VLAN of a tunnel port, or the tunnel VLANs of a trunk. */
    public VlanSet tunnels() {
        return tunnel ? members : tunnels;
    }

    /** Returns the TPID of the outer tag of {@link #tunnels} on a trunk. */
    public int tunnelTpid() {
        return tunnelTpid;
    }

    /**
     * Returns the VLAN whose frames leave untagged: that of an access or tunnel port, the native one of a trunk; 0 for
     * none.
     */
    public int untaggedVid() {
        return untaggedVid;
    }

    public VlanSet members() {
        return members;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VlanMembership that && access == that.access && untaggedVid == that.untaggedVid
                && tunnel == that.tunnel && tunnelTpid == that.tunnelTpid && members.equals(that.members)
                && tunnels.equals(that.tunnels);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * members.hashCode() + untaggedVid) + Boolean.hashCode(access);
    }

    /**
     * Formats the membership, for example {@code access 10}, {@code dot1q-tunnel 200}, {@code trunk 10,20,100-199
     * native 10}.
     */
    @Override
    public String toString() {
        if (members.isEmpty()) {
            return "none";
        }
        if (tunnel) {
            return "dot1q-tunnel " + untaggedVid;
        }
        if (access) {
            return "access " + untaggedVid;
        }
        return "trunk " + members + (untaggedVid == 0 ? "" : " native " + untaggedVid);
    }
}
