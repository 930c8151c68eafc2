package net.weft.vswitch.device.vhost;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import net.weft.linux.Mapping;
import net.weft.linux.Memfd;
import net.weft.linux.Memory;
import org.jspecify.annotations.Nullable;

/** Messages without a socket, for tests that are the port's supervisor, which closes a device as soon as it has failed. */
class SessionMessages {
    static final int MEMORY = 1 << 20;

    static final long GUEST = 0x4000_0000L;

    static final long USER = 0x7f00_0000_0000L;

    static final long DESCRIPTION = 4 | 256 << 16;

    static final long PACKED = VirtioNet.VERSION_1 | VirtioNet.PROTOCOL_FEATURES | VirtioNet.RING_PACKED;

    @Nullable
    VhostUserDevice taken;

    VhostSession session = new VhostSession("test", 1, 2, 1500, MemoryRules.DEFAULT, false, this::supervise);

    /** Bytes of a log for a mebibyte at {@link #GUEST}. */
    static final int LOG = (int) ((GUEST + MEMORY) / 4096 / 8);

    void supervise() {
        VhostUserDevice device = taken;
        if (device != null && device.failure() != null) {
            device.close();
            taken = null;
        }
    }

    @Nullable
    VhostUserDevice take() {
        VhostUserDevice device = session.device();
        if (device != null && device.take()) {
            taken = device;
        }
        return taken;
    }

    long send(int request, long... words) throws VhostViolationException {
        return send(request, List.of(), words);
    }

    long send(int request, List<Fd> files, long... words) throws VhostViolationException {
        ByteBuffer payload = ByteBuffer.allocate(8 * words.length).order(ByteOrder.nativeOrder());
        for (long word : words) {
            payload.putLong(word);
        }
        VhostSession.Answer answer = session.handle(request, VhostUser.VERSION | VhostUser.NEED_REPLY, payload.flip(),
                files);
        return answer == null ? -1 : answer.payload().getLong();
    }

    static List<Fd> memory() {
        return List.of(Memfd.create("weft-vhost-test", MEMORY));
    }

    static List<Fd> event() {
        return List.of(new EventFd().fd());
    }

    static long state(int ring, int value) {
        return ring | (long) value << 32;
    }

    void negotiate() throws VhostViolationException {
        send(VhostUser.SET_PROTOCOL_FEATURES, VhostUser.PROTOCOL_REPLY_ACK | VhostUser.PROTOCOL_MQ);
        send(VhostUser.SET_FEATURES, VirtioNet.VERSION_1 | VirtioNet.PROTOCOL_FEATURES);
        send(VhostUser.SET_MEM_TABLE, memory(), 1, GUEST, MEMORY, USER, 0);
    }

    void ring(int ring) throws VhostViolationException {
        ring(ring, 0);
    }

    void ring(int ring, int base) throws VhostViolationException {
        long at = USER + 0x10000L * ring;
        send(VhostUser.SET_VRING_NUM, state(ring, 256));
        send(VhostUser.SET_VRING_BASE, state(ring, base));
        send(VhostUser.SET_VRING_ADDR, state(ring, 0), at, at + 0x4000, at + 0x2000, 0);
        send(VhostUser.SET_VRING_CALL, event(), ring);
        send(VhostUser.SET_VRING_KICK, event(), ring);
        send(VhostUser.SET_VRING_ENABLE, state(ring, 1));
    }

    static List<Fd> inflight(int size, long indices) {
        Fd file = Memfd.create("weft-vhost-test", 4 * PackedInflight.bytes(256));
        try (Mapping mapping = Mapping.shared(file, 0, 4 * PackedInflight.bytes(256))) {
            Memory.putShort(mapping.address() + 8, (short) 1);
            Memory.putShort(mapping.address() + 10, (short) size);
            Memory.putLong(mapping.address() + 16, indices);
        }
        return List.of(file);
    }

    static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(file -> {
                try {
                    String target = Files.readSymbolicLink(file).toString();
                    return target.contains("weft-vhost-test") || target.contains("weft-inflight")
                            || target.contains("eventfd");
                } catch (IOException e) {
                    return false;
                }
            }).count();
        }
    }

    static long mappings() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("weft-vhost-test") || line.contains("weft-inflight")).count();
        }
    }

    interface Runner {
        void run() throws VhostViolationException;
    }

    static List<Fd> log(int bytes) {
        return List.of(Memfd.create("weft-vhost-test", bytes));
    }

    void features(long more) throws VhostViolationException {
        send(VhostUser.SET_FEATURES, VirtioNet.VERSION_1 | VirtioNet.PROTOCOL_FEATURES | more);
    }

    void shouldBreak(String sentence, Runner step) {
        assertThatThrownBy(step::run).isInstanceOf(VhostViolationException.class).hasMessageContaining(sentence);
    }
}
