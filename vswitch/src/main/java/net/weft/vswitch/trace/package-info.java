/** Traces: the workers' own forwarding code run with a recorder, and a description of its steps. */
@NullMarked
package net.weft.vswitch.trace;

import org.jspecify.annotations.NullMarked;
