@NullMarked
package net.weft.vswitch.export;

import org.jspecify.annotations.NullMarked;
