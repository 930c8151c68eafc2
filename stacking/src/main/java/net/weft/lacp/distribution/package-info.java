/**
 * The pure part of a LAG's frame distribution: which header fields are hashed, which of 256 buckets goes to which leg, and when a bucket may
 * move. The hash itself and the forwarding belong to the switch.
 */
@NullMarked
package net.weft.lacp.distribution;

import org.jspecify.annotations.NullMarked;
