/**
 * Packet descriptions: {@link net.weft.controller.member.packet.PacketSpecParser} parses them,
 * {@link net.weft.controller.member.packet.PacketBuilder} builds frames from them, and
 * {@link net.weft.controller.member.packet.PacketMatch} matches frames against them.
 */
@NullMarked
package net.weft.controller.member.packet;

import org.jspecify.annotations.NullMarked;
