/**
 * Weft beside the switches that people come from: one flow of TCP, small frames, latency, each measured on the same topology in turns.
 * {@link net.weft.examples.bench.Benchmark} is the way in; {@code examples/benchmark/run} calls it.
 */
@NullMarked
package net.weft.examples.bench;

import org.jspecify.annotations.NullMarked;
