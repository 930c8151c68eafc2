/**
 * The VPN gateway: WireGuard peers as ports of tenant networks, without a TUN device between. Read in this order:
 *
 * <ol>
 * <li>{@link net.weft.vpn.VpnGateways} takes the gateways that the configuration wishes, and opens their devices for the switch;
 * <li>{@link net.weft.vpn.Gateway} is one of them: its peers, its networks, and what its timers and handshakes cause;
 * <li>{@code SocketQueue} receives datagrams, opens them and puts the packets into the worker's burst;
 * <li>{@code GatewayDevice} takes frames for peers from the switch, and {@code PeerSender} seals and sends them;
 * <li>{@code Neighbors} and {@code LocalFrames} stand in for the peers in the layer-2 network: ARP, neighbour discovery, ICMP errors;
 * <li>{@code HandshakeThreads} keep key exchange off the packet path.
 * </ol>
 */
@NullMarked
package net.weft.vpn;

import org.jspecify.annotations.NullMarked;
