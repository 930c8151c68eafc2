@NullMarked
package net.weft.vpn.packet;

import org.jspecify.annotations.NullMarked;
