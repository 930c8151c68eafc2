package net.weft.zone;

import java.util.List;
import java.util.Set;
import net.weft.packet.MacAddress;

/**
 * The declared addresses of a port: with {@code guard: strict} it may use no others, and no other port may claim them.
 *
 * @param macs MAC addresses of its hosts; empty for any
 * @param ips addresses and prefixes of its hosts; empty for any
 * @param roles further roles of the guarded port
 * @param isStrict false for {@code guard: off}: the port may use any address, and still owns these
 * @param isHeldAlways true if the port holds its addresses although nobody was heard from it: a VPN peer, in whose name
 *     the gateway answers
 */
public record AddressBinding(Set<MacAddress> macs, List<Prefix> ips, Set<GuardRole> roles, boolean isStrict,
        boolean isHeldAlways) {
    public AddressBinding {
        macs = Set.copyOf(macs);
        ips = List.copyOf(ips);
        roles = Set.copyOf(roles);
    }

    /** Creates a binding that is held only once its guest was heard. */
    public AddressBinding(Set<MacAddress> macs, List<Prefix> ips, Set<GuardRole> roles, boolean isStrict) {
        this(macs, ips, roles, isStrict, false);
    }

    /** Creates a strict binding without roles. */
    public AddressBinding(Set<MacAddress> macs, List<Prefix> ips) {
        this(macs, ips, Set.of(), true);
    }
}
