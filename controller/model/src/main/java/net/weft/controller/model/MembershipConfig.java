package net.weft.controller.model;

import java.util.List;
import java.util.OptionalInt;

import net.weft.vlan.VlanSet;

/** Which VLANs a port belongs to, as written. {@link FabricConfig#vlanMembership} resolves a network to its VLAN. */
public sealed interface MembershipConfig {
    /** {@code network: TENANT/NAME}: untagged member of that network's VLAN. */
    record Network(NetworkName name) implements MembershipConfig {
    }

    /**
     * {@code access: VID}: untagged member of one VLAN.
     *
     * @param vid 1-4094
     */
    record Access(int vid) implements MembershipConfig {
    }

    /**
     * {@code trunk: {allowed: [...], native: VID}}: tagged member of many VLANs.
     *
     * @param allowed at least one VLAN
     * @param nativeVlan the one of {@code allowed} that goes untagged; empty: untagged frames are dropped
     * @param tunnelTpid TPID of the tags of tunnel VLANs, one of {@link #TUNNEL_TPIDS}
     */
    record Trunk(VlanSet allowed, OptionalInt nativeVlan, int tunnelTpid) implements MembershipConfig {
        /** The first is the default, that of IEEE 802.1ad. */
        public static final List<Integer> TUNNEL_TPIDS = List.of(0x88a8, 0x8100);

        /** Tunnel VLANs as 802.1ad has them. */
        public Trunk(VlanSet allowed, OptionalInt nativeVlan) {
            this(allowed, nativeVlan, TUNNEL_TPIDS.getFirst());
        }
    }

    /**
     * {@code dot1q-tunnel: VID}: a customer's port, whose own tags are carried inside one VLAN.
     *
     * @param vid 1-4094
     */
    record Tunnel(int vid) implements MembershipConfig {
    }

    /** Of no VLAN: a port that others are mirrored to may be without. */
    record None() implements MembershipConfig {
    }
}
