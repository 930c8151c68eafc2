/**
 * The packet path: classification, zone evaluation, egress lists and transmission of bursts, by one immutable snapshot.
 */
@NullMarked
package net.weft.vswitch.forward;

import org.jspecify.annotations.NullMarked;
