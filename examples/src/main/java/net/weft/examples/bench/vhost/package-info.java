/**
 * Switches between two virtual machines' rings: {@code ./weft example benchmark --what vhost}. DPDK's testpmd plays both machines
 * from one processor, the switch has the other.
 */
@NullMarked
package net.weft.examples.bench.vhost;

import org.jspecify.annotations.NullMarked;
