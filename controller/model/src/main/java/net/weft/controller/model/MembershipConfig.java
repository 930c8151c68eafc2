package net.weft.controller.model;

import java.util.List;
import java.util.OptionalInt;
import net.weft.vlan.VlanSet;

/** The VLAN membership of a port, as written. {@link FabricConfig#vlanMembership} resolves a network to its VLAN. */
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
     * @param nativeVlan the VLAN of {@code allowed} whose frames are untagged; empty: untagged frames are dropped
     * @param tunnelTpid TPID of the tags of tunnel VLANs, one of {@link #TUNNEL_TPIDS}
     */
    record Trunk(VlanSet allowed, OptionalInt nativeVlan, int tunnelTpid) implements MembershipConfig {
        /** The TPIDs that tunnel VLANs can have; the first one, of IEEE 802.1ad, is the default. */
        public static final List<Integer> TUNNEL_TPIDS = List.of(0x88a8, 0x8100);

        /** Creates a trunk whose tunnel VLANs have the TPID of IEEE 802.1ad. */
        public Trunk(VlanSet allowed, OptionalInt nativeVlan) {
            this(allowed, nativeVlan, TUNNEL_TPIDS.getFirst());
        }
    }

    /**
     * {@code dot1q-tunnel: VID}: a customer port, whose tagged frames are carried inside one VLAN.
     *
     * @param vid 1-4094
     */
    record Tunnel(int vid) implements MembershipConfig {
    }

    /**
     * The port is a leg of a LAG, which has the membership.
     *
     * @param lag name of the LAG
     */
    record Leg(String lag) implements MembershipConfig {
    }

    /** {@code role: stack}: the port is a stack link, which carries the frames of all VLANs to other members. */
    record Stack() implements MembershipConfig {
    }

    /** No VLAN at all: allowed for a SPAN target only. */
    record None() implements MembershipConfig {
    }
}
