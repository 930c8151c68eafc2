package net.weft.examples.jmh;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.weft.packet.EtherType;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.NetworkOrder;
import net.weft.packet.Octets;
import net.weft.packet.Tcp;
import net.weft.packet.Udp;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.device.MemoryLink;

/**
 * A switch with two access ports, and a burst of 64-byte datagrams or TCP segments from one to the other, whose MAC
 * address has been learned.
 */
final class Datagrams {
    static final int VID = 10;
    /** Source addresses are within this /8. */
    static final int NETWORK = 0x0a00_0000;
    static final int DESTINATION_PORT = 9;
    static final long GUEST = 0x0200_0000_0001L;
    private static final int FRAME_BYTES = 64;
    private static final int L3 = 14;
    private static final int L4 = L3 + Ipv4.MIN_LENGTH;
    private static final int SERVER = NETWORK | 0xff_0002;
    private static final int FIRST_PORT = 4000;
    private static final long NEIGHBOUR = 0x0200_0000_0002L;

    final InlineSwitch fabric = new InlineSwitch();
    private final MemoryLink guest = new MemoryLink("guest", 128, 2048, ~0);
    private final MemoryLink neighbour = new MemoryLink("neighbour", 128, 2048, ~0);
    private final int flows;
    private final Burst burst = new Burst();
    private final MemorySegment frames = Arena.global().allocate((long) FRAME_BYTES * Burst.CAPACITY, 64);

    /** @param flows connections in the burst */
    Datagrams(int flows) {
        this.flows = flows;
        fabric.port(guest, VlanMembership.access(VID), 1500, 0).port(neighbour, VlanMembership.access(VID), 1500, 0);
        for (int i = 0; i < Burst.CAPACITY; i++) {
            write(frames.asSlice((long) i * FRAME_BYTES, FRAME_BYTES), NEIGHBOUR, GUEST, FIRST_PORT + i % flows);
        }
        MemorySegment hello = Arena.global().allocate(FRAME_BYTES, 64);
        write(hello, GUEST, NEIGHBOUR, FIRST_PORT);
        burst.clear();
        burst.add(hello.address(), FRAME_BYTES, 1, 0, 0);
        fabric.forward(burst);
        guest.discard();
    }

    private static void write(MemorySegment to, long destination, long source, int port) {
        packet(to, destination, source, IpProtocol.UDP, NETWORK + 1, SERVER);
        new Udp.Header(port, DESTINATION_PORT, FRAME_BYTES - L4, 0).emit(to, L4);
    }

    private static void packet(MemorySegment to, long destination, long source, int protocol, int from, int address) {
        NetworkOrder.putU48(to, 0, destination);
        NetworkOrder.putU48(to, 6, source);
        NetworkOrder.putU16(to, 12, EtherType.IPV4);
        new Ipv4.Header(0, FRAME_BYTES - L3, 0, 0, 0, 64, protocol, 0, from, address, Octets.EMPTY).emit(to, L3);
    }

    /** Opens a TCP connection for each flow; afterwards the burst consists of their segments. */
    void establish() {
        segments(true, Tcp.SYN);
        forward();
        segments(false, Tcp.SYN | Tcp.ACK);
        forward(1, guest);
        segments(true, Tcp.ACK);
        forward();
    }

    /** @param asks whether they are the guest's; no byte of data has been acknowledged yet */
    private void segments(boolean asks, int flags) {
        int sequence = (flags & Tcp.SYN) == 0 ? 1 : 0;
        for (int i = 0; i < Burst.CAPACITY; i++) {
            MemorySegment to = frames.asSlice((long) i * FRAME_BYTES, FRAME_BYTES);
            int port = FIRST_PORT + i % flows;
            packet(to, asks ? NEIGHBOUR : GUEST, asks ? GUEST : NEIGHBOUR, IpProtocol.TCP, asks ? NETWORK + 1 : SERVER,
                    asks ? SERVER : NETWORK + 1);
            new Tcp.Header(asks ? port : DESTINATION_PORT, asks ? DESTINATION_PORT : port, sequence,
                    (flags & Tcp.ACK) == 0 ? 0 : 1, flags, 8192, 0, 0, Octets.EMPTY).emit(to, L4);
        }
    }

    /**
     * Has each datagram of the burst begin a connection of its own.
     *
     * @param number {@code 0..}2^18-1: bursts of different numbers have no connection in common
     */
    void begin(int number) {
        for (int i = 0; i < Burst.CAPACITY; i++) {
            long frame = (long) i * FRAME_BYTES;
            NetworkOrder.putInt(frames, frame + L3 + Ipv4.SOURCE, NETWORK | number + 1);
            NetworkOrder.putU16(frames, frame + L4 + Udp.SOURCE_PORT, FIRST_PORT + i);
        }
    }

    /** Forwards the burst. Every datagram must arrive, so that a switch that does not forward is never measured. */
    int forward() {
        return forward(0, neighbour);
    }

    private int forward(int port, MemoryLink to) {
        burst.clear();
        for (int i = 0; i < Burst.CAPACITY; i++) {
            burst.add(frames.address() + (long) i * FRAME_BYTES, FRAME_BYTES, port, 0, 0);
        }
        fabric.forward(burst);
        int arrived = to.discard();
        if (arrived != Burst.CAPACITY) {
            throw new IllegalStateException(arrived + " frames of " + Burst.CAPACITY + " arrived");
        }
        return arrived;
    }
}
