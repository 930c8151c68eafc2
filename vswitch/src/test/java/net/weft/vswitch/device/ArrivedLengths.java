package net.weft.vswitch.device;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.weft.linux.Fd;
import net.weft.linux.Memory;
import net.weft.linux.MessageVector;
import net.weft.linux.PacketAuxdata;
import net.weft.linux.PacketSocket;
import net.weft.linux.Socket;
import net.weft.linux.TpacketDescriptor;
import net.weft.vswitch.device.pcap.CaptureReader;

/** What is behind a port: it tells the lengths of the frames that have arrived there. */
interface ArrivedLengths {
    /** Lengths on the wire of all frames that have arrived, once there are so many. */
    List<Integer> lengths(int expected);

    /** A packet socket that hears a device. */
    static ArrivedLengths hears(PacketSocket socket) {
        return expected -> {
            List<Integer> lengths = new ArrayList<>();
            try (Arena arena = Arena.ofConfined()) {
                MessageVector vector = new MessageVector(arena, 1, 1, PacketAuxdata.CONTROL_BYTES);
                long memory = arena.allocate(65536, 64).address();
                boolean more = true;
                while (more) {
                    int wait = lengths.size() < expected ? 5000 : 50;
                    more = socket.fd().poll(Fd.POLLIN, wait) > 0;
                    vector.segment(0, 0, memory, 65536);
                    if (more && vector.receive(socket.socket(), 0, 1, 0) > 0) {
                        add(lengths, memory, vector);
                    }
                }
            }
            return lengths;
        };
    }

    private static void add(List<Integer> lengths, long memory, MessageVector vector) {
        if (Memory.getShortBe(memory + 10) != 1) {
            return;
        }
        long told = PacketAuxdata.find(vector, 0);
        boolean stripped = told != 0 && (PacketAuxdata.status(told) & TpacketDescriptor.TP_STATUS_VLAN_VALID) != 0;
        lengths.add(vector.length(0) + (stripped ? 4 : 0));
    }

    static List<Integer> recorded(Path file, int expected) {
        List<Integer> lengths = new ArrayList<>();
        while (lengths.size() < expected) {
            lengths.clear();
            try (CaptureReader reader = CaptureReader.open(file)) {
                for (CaptureReader.Frame frame = reader.next(); frame != null; frame = reader.next()) {
                    lengths.add(frame.bytes().length);
                }
            } catch (IOException e) {
                lengths.clear();
            }
        }
        return lengths;
    }

    static List<Integer> streamed(Socket qemu, int expected) {
        List<Integer> lengths = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            long memory = arena.allocate(1 << 20, 64).address();
            int bytes = 0;
            int at = 0;
            boolean more = true;
            while (more) {
                more = qemu.fd().poll(Fd.POLLIN, lengths.size() < expected ? 5000 : 50) > 0;
                bytes += more ? (int) qemu.receive(memory + bytes, (1 << 20) - bytes, 0) : 0;
                while (bytes - at >= 4 && bytes - at - 4 >= Memory.getIntBe(memory + at)) {
                    lengths.add(Memory.getIntBe(memory + at));
                    at += 4 + Memory.getIntBe(memory + at);
                }
            }
        }
        return lengths;
    }
}
