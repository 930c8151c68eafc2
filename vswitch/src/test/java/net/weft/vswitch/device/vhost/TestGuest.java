package net.weft.vswitch.device.vhost;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Objects;
import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import net.weft.linux.Mapping;
import net.weft.linux.Memfd;
import net.weft.linux.Memory;
import org.jspecify.annotations.Nullable;

/**
 * A guest in this process: two rings and buffers in memory that is flanked by canaries. Guest addresses start at
 * {@link #BASE}; the memory is two regions, so that nothing works by accident of one.
 */
final class TestGuest implements AutoCloseable {
    static final long BASE = 0x1_0000_0000L;
    static final int SIZE = 64;
    static final int MEMORY = 1 << 20;
    static final int REGION = MEMORY / 2;
    private static final int CANARY = 1 << 17;
    private static final byte CANARY_BYTE = 0x5A;

    /** Offsets of the rings in the memory, receive ring first; buffers follow. */
    static final int[] DESCRIPTORS = {0, 0x4000};
    static final int[] AVAILABLE = {0x1000, 0x5000};
    static final int[] USED = {0x2000, 0x6000};
    static final int BUFFERS = 0x10000;

    final EventFd kick = new EventFd();
    final EventFd call = new EventFd();
    private final Arena arena = Arena.ofShared();
    private final long all;
    final Notifier notifier = new Notifier();
    private final long low;
    private final long high;
    private final @Nullable Fd file;
    private final @Nullable Mapping mapping;
    /** Memory in which packed rings keep where they stand; 0 for none. */
    final long[] inflight = new long[2];
    /** The port whose number its frames carry. */
    int port = 7;
    private final boolean packed;
    private TestDriver[] drivers = {};

    TestGuest(boolean packed) {
        this(packed, null);
    }

    /** A guest whose memory is a file that can be cut off. */
    static TestGuest ofFile(boolean packed) {
        return new TestGuest(packed, Memfd.create("weft-vhost-test", 3L * CANARY + MEMORY));
    }

    private TestGuest(boolean packed, @Nullable Fd file) {
        this.packed = packed;
        this.file = file;
        mapping = file == null ? null : Mapping.shared(file, 0, 3L * CANARY + MEMORY);
        all = mapping == null ? arena.allocate(3L * CANARY + MEMORY, 4096).address() : mapping.address();
        low = all + CANARY;
        high = low + REGION + CANARY;
        Memory.fill(all, 3L * CANARY + MEMORY, CANARY_BYTE);
        clear();
    }

    /** Whether bytes here are the guest's, all in one region. */
    boolean holds(long address, int bytes) {
        return address >= low && address + bytes <= low + REGION || address >= high && address + bytes <= high + REGION;
    }

    /** Forgets everything; the drivers start anew. */
    void clear() {
        drivers = packed
                ? new TestDriver[]{new PackedDriver(this, 0), new PackedDriver(this, 1)}
                : new TestDriver[]{new SplitDriver(this, 0), new SplitDriver(this, 1)};
        Memory.fill(low, REGION, (byte) 0);
        Memory.fill(high, REGION, (byte) 0);
    }

    /** Cuts the memory off from an offset in its lower half on. */
    void cut(long offset) {
        Objects.requireNonNull(file).truncate(CANARY + offset);
    }

    /** Address here of a byte of the guest's memory. */
    long here(long offset) {
        return offset < REGION ? low + offset : high + offset - REGION;
    }

    /** The guest's side of a ring, receive ring first. */
    TestDriver driver(int ring) {
        return drivers[ring];
    }

    /** A device that takes up rings where they start. */
    VhostUserDevice device(long features) {
        return device(features, PackedPosition.of(0, 1), PackedPosition.of(0, 1));
    }

    /** A device that takes up packed rings at these positions. */
    VhostUserDevice device(long chosen, int receiveBase, int transmitBase) {
        long features = chosen | (packed ? VirtioNet.RING_PACKED : 0);
        VhostUserDevice device = new VhostUserDevice("test", VirtioNet.offloads(features), () -> {
        });
        device.add(setup(0, features, receiveBase), setup(1, features, transmitBase), port, kick, false);
        return device;
    }

    /** Makes this guest's rings one more queue pair of another's device. */
    void addTo(VhostUserDevice device, long chosen) {
        long features = chosen | (packed ? VirtioNet.RING_PACKED : 0);
        int base = PackedPosition.of(0, 1);
        device.add(setup(0, features, base), setup(1, features, base), 7, kick, false);
    }

    private RingSetup setup(int ring, long features, int base) {
        GuestView view = new GuestView(new long[]{BASE, BASE + REGION}, new long[]{REGION, REGION},
                new long[]{low, high});
        return new RingSetup(SIZE, here(DESCRIPTORS[ring]), here(AVAILABLE[ring]), here(USED[ring]), view,
                notifier, features, base, inflight[ring]);
    }

    void descriptor(int ring, int n, long address, int bytes, int flags, int next) {
        long at = here(DESCRIPTORS[ring]) + 16L * n;
        Memory.putLong(at, address);
        Memory.putInt(at + 8, bytes);
        Memory.putShort(at + 12, (short) flags);
        Memory.putShort(at + 14, (short) next);
    }

    /** A descriptor anywhere in the memory; flags where indirect tables of split rings have them, and where packed ones do. */
    void writeDescriptor(long offset, long address, int bytes, int flags) {
        long at = here(offset);
        Memory.putLong(at, address);
        Memory.putInt(at + 8, bytes);
        Memory.putShort(at + 12, (short) flags);
        Memory.putShort(at + 14, (short) flags);
    }

    void makeAvailable(int ring, int head) {
        int index = availableIndex(ring);
        Memory.putShort(here(AVAILABLE[ring]) + 4 + 2L * (index % SIZE), (short) head);
        availableIndex(ring, index + 1);
    }

    int availableIndex(int ring) {
        return Memory.getShort(here(AVAILABLE[ring]) + 2) & 0xFFFF;
    }

    void availableIndex(int ring, int index) {
        Memory.putShortRelease(here(AVAILABLE[ring]) + 2, (short) index);
    }

    int usedIndex(int ring) {
        return Memory.getShort(here(USED[ring]) + 2) & 0xFFFF;
    }

    /** Used entry as {@code length << 32 | id}. */
    long used(int ring, int n) {
        return Memory.getLong(here(USED[ring]) + 4 + 8L * (n % SIZE));
    }

    void write(long offset, byte[] bytes) {
        for (int n = 0; n < bytes.length; n++) {
            Memory.putByte(here(offset + n), bytes[n]);
        }
    }

    byte[] read(long offset, int bytes) {
        byte[] result = new byte[bytes];
        for (int n = 0; n < bytes; n++) {
            result[n] = Memory.getByte(here(offset + n));
        }
        return result;
    }

    void attachCall() {
        notifier.replace(call.fd());
        call.drain();
    }

    /** Whether the memory around and between the regions is as it was. */
    boolean isUntouchedAround() {
        byte[] expected = new byte[CANARY];
        Arrays.fill(expected, CANARY_BYTE);
        byte[] found = new byte[CANARY];
        for (long at : new long[]{all, low + REGION, high + REGION}) {
            Memory.copy(at, found, 0, CANARY);
            if (!Arrays.equals(expected, found)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        kick.close();
        notifier.close();
        call.close();
        arena.close();
        if (file != null && mapping != null) {
            mapping.close();
            file.close();
        }
    }
}
