package net.weft.zone;

import java.util.List;
import java.util.Set;
import net.weft.packet.MacAddress;

/**
 * The addresses that a port declares: with {@code guard: strict} it may use no other, and no other port may claim them.
 *
 * @param macs its stations' addresses; empty: any
 * @param ips its stations' addresses and prefixes; empty: any
 * @param roles what it may be though it is guarded
 * @param isStrict false for {@code guard: off}: the port may use any address, and still owns these
 */
public record AddressBinding(Set<MacAddress> macs, List<Prefix> ips, Set<GuardRole> roles, boolean isStrict) {
    public AddressBinding {
        macs = Set.copyOf(macs);
        ips = List.copyOf(ips);
        roles = Set.copyOf(roles);
    }

    /** A strict guard without roles. */
    public AddressBinding(Set<MacAddress> macs, List<Prefix> ips) {
        this(macs, ips, Set.of(), true);
    }
}
