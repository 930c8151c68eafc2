@NullMarked
package net.weft.vswitch.zoning;

import org.jspecify.annotations.NullMarked;
