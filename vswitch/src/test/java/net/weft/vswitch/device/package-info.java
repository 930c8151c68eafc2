@NullMarked
package net.weft.vswitch.device;

import org.jspecify.annotations.NullMarked;
