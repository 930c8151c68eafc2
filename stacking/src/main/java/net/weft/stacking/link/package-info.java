/** The state of one stack link: discovery of the neighbour, liveness in both directions, damping and session keys. */
@NullMarked
package net.weft.stacking.link;

import org.jspecify.annotations.NullMarked;
