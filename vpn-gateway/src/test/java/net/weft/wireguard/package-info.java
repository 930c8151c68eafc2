@NullMarked
package net.weft.wireguard;

import org.jspecify.annotations.NullMarked;
