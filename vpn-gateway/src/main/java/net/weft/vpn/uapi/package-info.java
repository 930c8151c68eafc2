/**
 * The sockets that wg(8) talks to, in the protocol of wireguard-go (https://www.wireguard.com/xplatform/): each gateway is a device of its
 * name, and each of its networks one of {@code NAME.VID}.
 */
@NullMarked
package net.weft.vpn.uapi;

import org.jspecify.annotations.NullMarked;
