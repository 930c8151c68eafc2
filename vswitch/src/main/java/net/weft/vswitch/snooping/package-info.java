/** IGMP and MLD snooping (RFC 4541) and the querier, as pure state machines that receive the time as an argument. */
@NullMarked
package net.weft.vswitch.snooping;

import org.jspecify.annotations.NullMarked;
