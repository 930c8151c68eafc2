/** Hellos, topology, election and split detection of stacked members will live here; nothing is built yet. */
@NullMarked
package net.weft.stacking;

import org.jspecify.annotations.NullMarked;
