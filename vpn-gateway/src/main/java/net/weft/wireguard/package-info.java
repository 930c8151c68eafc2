/**
 * The WireGuard protocol, initiator and responder, without sockets, threads and a clock: time, random bytes and datagrams come in as
 * arguments, and whoever moves datagrams is told what is due. Read in this order:
 *
 * <ol>
 * <li>{@link net.weft.wireguard.WireGuard}: the peers of one interface and what they share;
 * <li>{@link net.weft.wireguard.PacketPath}: data messages, one instance a worker, nothing allocated for a packet;
 * <li>{@link net.weft.wireguard.Handshakes}: handshake messages and cookies, one instance a handshake thread;
 * <li>{@code Sessions} and {@code PeerTimers}: how key pairs follow each other, and when what falls due.
 * </ol>
 *
 * <p>Two rules differ from the kernel's, both so that a replay after a restart moves nothing: an initiation moves neither endpoint nor
 * confirmed session, and the endpoint follows authenticated data packets only. Sections are those of the whitepaper "WireGuard: Next
 * Generation Kernel Network Tunnel" (Donenfeld, revision of June 2020).
 */
@NullMarked
package net.weft.wireguard;

import org.jspecify.annotations.NullMarked;
