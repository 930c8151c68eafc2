@NullMarked
package net.weft.vpn;

import org.jspecify.annotations.NullMarked;
