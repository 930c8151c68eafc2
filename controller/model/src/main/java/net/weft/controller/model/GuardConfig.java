package net.weft.controller.model;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import net.weft.packet.MacAddress;
import net.weft.zone.AddressBinding;
import net.weft.zone.GuardRole;
import net.weft.zone.Prefix;

/**
 * What a port's stations are called, and whether they may call themselves otherwise.
 *
 * @param macs their addresses
 * @param ips their addresses and prefixes
 * @param sharedMacs addresses of theirs that other ports of the network may have too
 * @param sharedIps the same
 * @param roles what it may be though it is guarded
 * @param isStrict whether frames from any other address are dropped, and what only the network's own may send
 */
public record GuardConfig(List<MacAddress> macs, List<Prefix> ips, List<MacAddress> sharedMacs, List<Prefix> sharedIps,
        Set<GuardRole> roles, boolean isStrict) {
    /** Nothing said. */
    public static final GuardConfig NONE = new GuardConfig(List.of(), List.of(), List.of(), List.of(), Set.of(), false);

    public GuardConfig {
        macs = List.copyOf(macs);
        ips = List.copyOf(ips);
        sharedMacs = List.copyOf(sharedMacs);
        sharedIps = List.copyOf(sharedIps);
        roles = Set.copyOf(roles);
    }

    /** A guard without roles. */
    public GuardConfig(List<MacAddress> macs, List<Prefix> ips, List<MacAddress> sharedMacs, List<Prefix> sharedIps,
            boolean isStrict) {
        this(macs, ips, sharedMacs, sharedIps, Set.of(), isStrict);
    }

    /** Whether any address is named: then the guard is strict unless it is said to be off. */
    public boolean namesAddresses() {
        return !macs.isEmpty() || !ips.isEmpty() || !sharedMacs.isEmpty() || !sharedIps.isEmpty();
    }

    /** What the port is held to; empty: nothing. */
    public Optional<AddressBinding> binding() {
        return declaration().filter(AddressBinding::isStrict);
    }

    /** What the port is held to, or, where its guard is off, still owns; empty: nothing. */
    public Optional<AddressBinding> declaration() {
        Set<MacAddress> allMacs = new HashSet<>(macs);
        allMacs.addAll(sharedMacs);
        return isStrict || namesAddresses()
                ? Optional.of(
                        new AddressBinding(allMacs,
                                Stream.concat(ips.stream(), sharedIps.stream()).distinct().toList(),
                                roles, isStrict))
                : Optional.empty();
    }
}
