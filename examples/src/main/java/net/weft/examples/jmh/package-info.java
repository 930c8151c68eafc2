/**
 * Benchmarks of single parts of the packet path, which also check that they allocate nothing: {@code ./weft example
 * benchmark --jmh}.
 */
@NullMarked
package net.weft.examples.jmh;

import org.jspecify.annotations.NullMarked;
