@NullMarked
package net.weft.vpn.websocket;

import org.jspecify.annotations.NullMarked;
