/** The control messages that stacked members exchange over their stack ports, and their authentication. */
@NullMarked
package net.weft.stacking.control;

import org.jspecify.annotations.NullMarked;
