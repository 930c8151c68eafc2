@NullMarked
package net.weft.vswitch.burst;

import org.jspecify.annotations.NullMarked;
