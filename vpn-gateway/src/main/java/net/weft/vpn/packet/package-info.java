/** What a gateway does to the packets inside the tunnel, and how it recognizes some of them. */
@NullMarked
package net.weft.vpn.packet;

import org.jspecify.annotations.NullMarked;
