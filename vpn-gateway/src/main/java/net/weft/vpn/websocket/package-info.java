/** WireGuard datagrams inside TLS WebSockets, for people behind firewalls that let nothing but HTTPS out. */
@NullMarked
package net.weft.vpn.websocket;

import org.jspecify.annotations.NullMarked;
