package net.weft.examples.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Objects;
import net.weft.examples.lab.Host;
import net.weft.linux.CurrentThread;
import net.weft.linux.Interfaces;
import net.weft.linux.MessageVector;
import net.weft.linux.PacketSocket;
import net.weft.packet.InternetChecksum;

/**
 * Sends one frame of 60 bytes again and again, {@value #VECTOR} with each system call, as fast as its processor can,
 * until closed. The frame is a UDP datagram to an address that its receiver does not have, so that the receiver only
 * takes it off the wire.
 */
final class FrameBlaster implements AutoCloseable {
    static final int FRAME_BYTES = 60;
    private static final int VECTOR = 64;
    private static final int SOCKET_BYTES = 4 << 20;
    private static final int ETHERNET_BYTES = 14;
    private static final int IPV4_BYTES = 20;
    private static final int NOBODY = 99;

    private final PacketSocket socket;
    private final Thread thread;
    private volatile boolean stopping;

    /** @param cpu the processor to run on, or -1 for any */
    static FrameBlaster start(Host from, Host to, int cpu) {
        return from.namespace().call(() -> {
            try (Interfaces interfaces = new Interfaces()) {
                int index = Objects.requireNonNull(interfaces.find("eth0"), "eth0").index();
                PacketSocket.Options options = new PacketSocket.Options(false, 0, 0, 0, true, SOCKET_BYTES,
                        SOCKET_BYTES);
                return new FrameBlaster(PacketSocket.open(index, options), frame(from, to), cpu);
            }
        });
    }

    private FrameBlaster(PacketSocket socket, byte[] frame, int cpu) {
        this.socket = socket;
        this.thread = Thread.ofPlatform().daemon().name("frame blaster").start(() -> blast(frame, cpu));
    }

    private void blast(byte[] frame, int cpu) {
        if (cpu >= 0) {
            CurrentThread.cpu(cpu);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, frame);
            MessageVector vector = new MessageVector(arena, VECTOR, 1, 0);
            for (int i = 0; i < VECTOR; i++) {
                vector.segment(i, 0, memory.address(), frame.length);
            }
            while (!stopping) {
                // What a full device does not take is offered again: the receiver's counter is what is measured.
                vector.send(socket.socket(), 0, VECTOR, 0);
            }
        }
    }

    static byte[] frame(Host from, Host to) {
        ByteBuffer frame = ByteBuffer.allocate(FRAME_BYTES);
        frame.put(mac(to)).put(mac(from)).putShort((short) 0x0800);
        frame.put((byte) 0x45).put((byte) 0).putShort((short) (FRAME_BYTES - ETHERNET_BYTES));
        frame.putInt(0).put((byte) 64).put((byte) 17).putShort((short) 0);
        byte[] nobody = address(to);
        nobody[3] = NOBODY;
        frame.put(address(from)).put(nobody);
        frame.putShort((short) 9).putShort((short) 9)
                .putShort((short) (FRAME_BYTES - ETHERNET_BYTES - IPV4_BYTES)).putShort((short) 0);
        MemorySegment whole = MemorySegment.ofArray(frame.array());
        int checksum = InternetChecksum.finish(InternetChecksum.sum(whole, ETHERNET_BYTES, IPV4_BYTES));
        return frame.putShort(ETHERNET_BYTES + 10, (short) checksum).array();
    }

    private static byte[] mac(Host host) {
        return HexFormat.ofDelimiter(":").parseHex(host.mac());
    }

    private static byte[] address(Host host) {
        return host.endpoint(0).getAddress().getAddress();
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        thread.join();
        socket.close();
    }
}
