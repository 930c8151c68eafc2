package net.weft.controller.model;

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
     */
    record Trunk(VlanSet allowed, OptionalInt nativeVlan) implements MembershipConfig {
    }

    /** Of no VLAN: a port that others are mirrored to may be without. */
    record None() implements MembershipConfig {
    }
}
