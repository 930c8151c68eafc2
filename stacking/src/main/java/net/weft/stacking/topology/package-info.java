/** Link states of all members, the topology that each member computes from them alone, and the election of the master. */
@NullMarked
package net.weft.stacking.topology;

import org.jspecify.annotations.NullMarked;
