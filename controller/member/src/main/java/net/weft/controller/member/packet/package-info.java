/**
 * Packets described in words: {@link net.weft.controller.member.packet.PacketSpecParser} reads them,
 * {@link net.weft.controller.member.packet.PacketBuilder} makes frames of them,
 * {@link net.weft.controller.member.packet.PacketMatch} finds such frames among others.
 */
@NullMarked
package net.weft.controller.member.packet;

import org.jspecify.annotations.NullMarked;
