package net.weft.vswitch.device.vhost;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicLong;
import net.weft.linux.Memory;

/**
 * The memory of a ring with a few buffers, split or packed, cheap enough to have thousands: slots of one area, used in turn. Only the newest
 * {@link #SLOTS} may be in use.
 */
final class StressedRing {
    static final int SIZE = 4;
    static final int BUFFER_BYTES = 128;
    static final long GUEST = 0x10_0000L;
    private static final int AVAILABLE = 128;
    private static final int USED = 256;
    private static final int BUFFERS = 512;
    private static final int SLOT_BYTES = BUFFERS + SIZE * BUFFER_BYTES;
    private static final int SLOTS = 1 << 16;
    private static final long AREA = Arena.global().allocate((long) SLOTS * SLOT_BYTES, 4096).address();
    private static final AtomicLong TURN = new AtomicLong();
    private static final Notifier NOBODY = new Notifier();
    /** All rings belong to one device: it is only asked whether it failed. */
    static final VhostUserDevice DEVICE = new VhostUserDevice("stress", 0, () -> {
    });

    private final long at = AREA + TURN.getAndIncrement() % SLOTS * SLOT_BYTES;

    StressedRing() {
        Memory.fill(at, SLOT_BYTES, (byte) 0);
    }

    RingSetup setup(long features) {
        GuestView view = new GuestView(new long[]{GUEST}, new long[]{SLOT_BYTES}, new long[]{at});
        return new RingSetup(SIZE, at, at + AVAILABLE, at + USED, view, NOBODY, features, PackedPosition.of(0, 1), 0);
    }

    /** Makes buffer {@code n} descriptor {@code n} and entry {@code n} of the available ring. */
    void offerBuffer(int n, int flags) {
        long descriptor = at + 16L * n;
        Memory.putLong(descriptor, GUEST + BUFFERS + (long) n * BUFFER_BYTES);
        Memory.putInt(descriptor + 8, BUFFER_BYTES);
        Memory.putShort(descriptor + 12, (short) flags);
        Memory.putShort(at + AVAILABLE + 4 + 2L * n, (short) n);
    }

    void publish(int index) {
        Memory.putShortRelease(at + AVAILABLE + 2, (short) index);
    }

    /** Whether the driver would kick after going from {@code old} to {@code index}. */
    boolean wantsKick(boolean eventIndex, int old, int index) {
        if (!eventIndex) {
            return (Memory.getShort(at + USED) & 1) == 0;
        }
        int event = Memory.getShort(at + USED + 4 + 8L * SIZE) & 0xFFFF;
        return (index - event - 1 & 0xFFFF) < (index - old & 0xFFFF);
    }

    /** Sets the event index to where the driver has gone past it. */
    void staleEvent() {
        Memory.putShort(at + USED + 4 + 8L * SIZE, (short) -8);
    }

    /** Makes descriptor 0 of a packed ring available. */
    void publishPacked() {
        Memory.putLongRelease(at + 8, BUFFER_BYTES | 1L << 48 + 7);
    }

    /** Whether the driver of a packed ring would kick after making descriptor 0 available. */
    boolean wantsKickPacked() {
        int event = Memory.getInt(at + USED);
        return switch (event >>> 16) {
            case 0 -> true;
            case 1 -> false;
            default -> PackedPosition.slot(event) == 0 && PackedPosition.wrap(event) == 1;
        };
    }

    /** What {@link Virtqueue#kicksOn} does, without its fence. */
    boolean kicksOnWithoutFence() {
        Memory.putShort(at + USED, (short) 0);
        return Memory.getShortAcquire(at + AVAILABLE + 2) != 0;
    }

    /** As a ring that is polled: no kicks. */
    void kicksOff() {
        Memory.putShort(at + USED, (short) 1);
    }

    int usedIndex() {
        return Memory.getShortAcquire(at + USED + 2) & 0xFFFF;
    }

    /** Descriptor that used entry {@code n} names. */
    int usedDescriptor(int n) {
        return Memory.getInt(at + USED + 4 + 8L * n);
    }

    byte bufferByte(int n, int offset) {
        return Memory.getByte(at + BUFFERS + (long) n * BUFFER_BYTES + offset);
    }
}
