@NullMarked
package net.weft.vswitch.station;

import org.jspecify.annotations.NullMarked;
