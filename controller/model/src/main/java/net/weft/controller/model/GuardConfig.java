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
 * The addresses of the hosts behind a port, and whether the IP source guard enforces them.
 *
 * @param macs MAC addresses of the hosts
 * @param ips IP addresses and prefixes of the hosts
 * @param sharedMacs MAC addresses that other ports of the network may have too
 * @param sharedIps IP addresses and prefixes that other ports of the network may have too
 * @param roles what the port may send although its guard is strict
 * @param isStrict whether frames from any other address are dropped, and also those that only the network's own devices
 *     may send
 */
public record GuardConfig(List<MacAddress> macs, List<Prefix> ips, List<MacAddress> sharedMacs, List<Prefix> sharedIps,
        Set<GuardRole> roles, boolean isStrict) {
    /** The guard of a port without any of these keys. */
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

    /** Returns whether any address is configured; then the guard is strict unless the file turns it off. */
    public boolean namesAddresses() {
        return !macs.isEmpty() || !ips.isEmpty() || !sharedMacs.isEmpty() || !sharedIps.isEmpty();
    }

    /** Returns the binding that the switch enforces; empty: none. */
    public Optional<AddressBinding> binding() {
        return declaration().filter(AddressBinding::isStrict);
    }

    /** Returns the addresses that the port declares, which it owns also if its guard is off; empty: none. */
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
