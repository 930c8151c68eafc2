/** Tenant gateways (routing, ARP and ND, DHCP, NAT) will live here; nothing is built yet. */
@NullMarked
package net.weft.router;

import org.jspecify.annotations.NullMarked;
