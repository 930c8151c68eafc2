/**
 * Switches between the rings of two virtual machines: {@code ./weft example benchmark --what vhost}. DPDK's testpmd
 * plays both machines on one processor, the switch has the other.
 */
@NullMarked
package net.weft.examples.bench.vhost;

import org.jspecify.annotations.NullMarked;
