package net.weft.controller.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.weft.zone.Prefix;

/**
 * One tenant network: a broadcast domain, carried by one VLAN of the fabric.
 *
 * @param name tenant and name; names match {@link Names#PATTERN}
 * @param vlan VLAN ID, 1-4094; no other network has it
 * @param subnets address prefixes in CIDR notation, as written; a description that is not enforced
 * @param zone name of the default zone of its ports; empty: none
 * @param nextHops routers that VPN peers reach other networks by, at most one of each IP version, within the subnets
 * @param peerMulticast multicast that VPN peers of the network send and receive
 * @param querier whether the switch sends IGMP and MLD queries when no other querier does
 */
public record NetworkConfig(NetworkName name, int vlan, List<String> subnets, Optional<String> zone,
        List<Prefix> nextHops,
        Set<PeerMulticast> peerMulticast, boolean querier) {
    /** A protocol by which devices of one link find each other. */
    public enum PeerMulticast {
        /** Multicast DNS (RFC 6762). */
        MDNS,
        /** The Simple Service Discovery Protocol of UPnP. */
        SSDP
    }

    public NetworkConfig {
        subnets = List.copyOf(subnets);
        nextHops = List.copyOf(nextHops);
        peerMulticast = Set.copyOf(peerMulticast);
    }

    /** Creates a network without next hop and multicast of peers. */
    public NetworkConfig(NetworkName name, int vlan, List<String> subnets, Optional<String> zone, boolean querier) {
        this(name, vlan, subnets, zone, List.of(), Set.of(), querier);
    }
}
