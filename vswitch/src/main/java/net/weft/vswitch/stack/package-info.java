/** Stack frames: their layout, the tables by which a member accepts and forwards them, and the keys of the links. */
@NullMarked
package net.weft.vswitch.stack;

import org.jspecify.annotations.NullMarked;
