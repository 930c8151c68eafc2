package net.weft.zone.policy;

import net.weft.zone.Policy;

/**
 * A policy that can never match.
 *
 * @param policy the one in the dark
 * @param by an earlier one that matches all it could
 */
public record Shadow(Policy policy, Policy by) {
}
