/** IGMP and MLD snooping (RFC 4541) and the querier, as pure state machines: time comes in as an argument. */
@NullMarked
package net.weft.vswitch.snooping;

import org.jspecify.annotations.NullMarked;
