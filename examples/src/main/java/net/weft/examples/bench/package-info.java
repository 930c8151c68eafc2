/**
 * Weft beside the switches that people use today: one flow of TCP, small frames, latency, each measured on the same
 * topology in turns. {@link net.weft.examples.bench.Benchmark} is the entry point; {@code examples/benchmark/run} calls
 * it.
 */
@NullMarked
package net.weft.examples.bench;

import org.jspecify.annotations.NullMarked;
