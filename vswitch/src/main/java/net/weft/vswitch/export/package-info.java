/**
 * Flow export: sends sampled frames to a collector as IPFIX flows or as sFlow samples. The export runs off the fast
 * path: one thread each for IPFIX and sFlow drains a {@link net.weft.vswitch.FrameSampling}.
 */
@NullMarked
package net.weft.vswitch.export;

import org.jspecify.annotations.NullMarked;
