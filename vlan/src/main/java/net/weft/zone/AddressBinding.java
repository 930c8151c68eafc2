package net.weft.zone;

import java.util.List;
import java.util.Set;
import net.weft.packet.MacAddress;

/**
 * What a port with {@code guard: strict} may call itself.
 *
 * @param macs its stations' addresses; empty: any
 * @param ips its stations' addresses and prefixes; empty: any
 */
public record AddressBinding(Set<MacAddress> macs, List<Prefix> ips) {
    public AddressBinding {
        macs = Set.copyOf(macs);
        ips = List.copyOf(ips);
    }
}
