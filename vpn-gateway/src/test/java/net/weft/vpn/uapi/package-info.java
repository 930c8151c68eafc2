@NullMarked
package net.weft.vpn.uapi;

import org.jspecify.annotations.NullMarked;
