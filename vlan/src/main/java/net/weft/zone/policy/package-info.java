/**
 * Policies compiled for the packet path: {@link net.weft.zone.policy.PolicyTable}; and the detection of policies that
 * can never match: {@link net.weft.zone.policy.Shadowing}.
 */
@NullMarked
package net.weft.zone.policy;

import org.jspecify.annotations.NullMarked;
