package net.weft.zone.policy;

import net.weft.zone.Policy;

/**
 * A policy that can never match.
 *
 * @param policy the shadowed policy
 * @param by the earlier policy that matches every packet that it could match
 */
public record Shadow(Policy policy, Policy by) {
}
