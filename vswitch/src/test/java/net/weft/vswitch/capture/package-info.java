@NullMarked
package net.weft.vswitch.capture;

import org.jspecify.annotations.NullMarked;
