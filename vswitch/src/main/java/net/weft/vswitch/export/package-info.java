/**
 * Flow export: samples of what the switch carries, told to a collector as IPFIX flows or as sFlow samples. Off the fast path: a
 * thread each for IPFIX and sFlow drains a {@link net.weft.vswitch.FrameSampling}.
 */
@NullMarked
package net.weft.vswitch.export;

import org.jspecify.annotations.NullMarked;
