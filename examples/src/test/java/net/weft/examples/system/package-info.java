/** Weft as a whole, on real interfaces and beside real guests and peers. Each rule is shown with a control: the same frames, the rule lifted. */
@NullMarked
package net.weft.examples.system;

import org.jspecify.annotations.NullMarked;
