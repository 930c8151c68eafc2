/** What single parts of the packet path cost, and that they allocate nothing: {@code ./weft example benchmark --jmh}. */
@NullMarked
package net.weft.examples.jmh;

import org.jspecify.annotations.NullMarked;
