/** Traces: the workers' own code run with a recorder, and its steps in words. */
@NullMarked
package net.weft.vswitch.trace;

import org.jspecify.annotations.NullMarked;
