package net.weft.vswitch.device.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.weft.linux.Memory;
import net.weft.testing.Seed;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import org.junit.jupiter.api.Test;

/**
 * A guest that writes anything anywhere into its own memory: descriptors and indices that are random or nearly right, tables
 * within tables, lengths that overflow. Weft must read and write nothing but that memory, hand on no frame longer than a
 * frame, and either serve the guest or say which rule it broke.
 */
class HostileGuestFuzzTest {
    /** Ten millions take five minutes: that is a proof of its own, {@code examples/proofs/hostile-guest}. */
    private static final int STEPS = Integer.getInteger("weft.fuzz.steps",
            Math.min(250_000, Integer.getInteger("weft.fuzz.frames", 250_000)));
    private static final long[] FEATURES = {0, VirtioNet.VERSION_1, VirtioNet.VERSION_1 | VirtioNet.MRG_RXBUF,
            VirtioNet.VERSION_1 | VirtioNet.MRG_RXBUF | VirtioNet.INDIRECT_DESC,
            VirtioNet.MRG_RXBUF | VirtioNet.INDIRECT_DESC | VirtioNet.EVENT_IDX};

    private final long seed = Seed.of(HostileGuestFuzzTest.class);
    private final Random random = new Random(seed);
    private final TransmitList list = new TransmitList();
    /** Where the guest goes on in its packed rings. */
    private final int[] free = {PackedPosition.of(0, 1), PackedPosition.of(0, 1)};
    private long delivered;
    private long violations;

    @Test
    void shouldServeOrKeepOutAndTouchNothingElse() {
        shouldServeOrKeepOut(false, STEPS / 2);
        shouldServeOrKeepOut(true, STEPS - STEPS / 2);
    }

    private void shouldServeOrKeepOut(boolean packed, int steps) {
        delivered = 0;
        violations = 0;
        try (TestGuest guest = new TestGuest(packed); Burst burst = new Burst(); Scratch scratch = new Scratch()) {
            VhostUserDevice device = guest.device(FEATURES[0]);
            for (int step = 0; step < steps; step++) {
                if (packed) {
                    mutatePacked(guest, device);
                } else {
                    mutate(guest);
                }
                if (random.nextBoolean()) {
                    receive(guest, device, burst);
                } else {
                    transmit(device, burst, scratch);
                }
                DeviceFailure failure = device.failure();
                if (failure != null) {
                    assertThat(failure.reason()).isEqualTo(PortReason.GUEST_VIOLATION);
                    violations++;
                    device.close();
                    if (random.nextInt(20) == 0) {
                        guest.clear();
                    }
                    if (!packed) {
                        guest.availableIndex(0, guest.usedIndex(0));
                        guest.availableIndex(1, guest.usedIndex(1));
                    }
                    device = guest.device(FEATURES[random.nextInt(FEATURES.length)], device.base(0), device.base(1));
                    free[0] = device.base(0);
                    free[1] = device.base(1);
                }
                if (step % 50_000 == 0) {
                    assertThat(guest.isUntouchedAround()).as("seed %d, step %d", seed, step).isTrue();
                }
            }
            device.close();
            assertThat(guest.isUntouchedAround()).as("seed %d", seed).isTrue();
        }
        assertThat(delivered).as("seed %d", seed).isGreaterThan(steps / 100);
        assertThat(violations).as("seed %d", seed).isGreaterThan(steps / 1000);
    }

    private void mutate(TestGuest guest) {
        int ring = random.nextInt(2);
        int descriptors = 1 + random.nextInt(4);
        int head = random.nextInt(TestGuest.SIZE - 4);
        for (int n = 0; n < descriptors; n++) {
            boolean last = n == descriptors - 1;
            int flags = (last ? 0 : 1) | (ring == 0 ? 2 : 0);
            guest.descriptor(ring, head + n, address(), length(), rarely() ? random.nextInt(16) : flags,
                    rarely() ? random.nextInt(70_000) : head + n + 1);
        }
        if (random.nextInt(8) == 0) {
            indirect(guest, ring, head, 0);
        }
        if (rarely()) {
            Memory.putLong(guest.here(random.nextInt(TestGuest.REGION / 8) * 8L), random.nextLong());
        }
        if (random.nextInt(1600) == 0) {
            guest.availableIndex(ring, random.nextInt(65536));
        } else if (guest.availableIndex(ring) - guest.usedIndex(ring) < TestGuest.SIZE) {
            guest.makeAvailable(ring, random.nextInt(1600) == 0 ? random.nextInt(65536) : head);
        }
    }

    /** As {@link #mutate}, behind what the ring has been given before; now and then somewhere else. */
    private void mutatePacked(TestGuest guest, VhostUserDevice device) {
        int ring = random.nextInt(2);
        int descriptors = 1 + random.nextInt(4);
        int out = outstanding(device.base(ring), free[ring]);
        if (out + descriptors > TestGuest.SIZE) {
            if (random.nextInt(20) == 0) {
                free[ring] = device.base(ring);
            }
            return;
        }
        int head = PackedPosition.slot(free[ring]);
        for (int n = 0; n < descriptors; n++) {
            int slot = PackedPosition.slot(free[ring]);
            int wrap = PackedPosition.wrap(free[ring]);
            boolean last = n == descriptors - 1;
            int flags = (last ? 0 : 1) | (ring == 0 ? 2 : 0) | (wrap == 0 ? 1 << 15 : 1 << 7);
            guest.descriptor(ring, slot, address(), length(), random.nextInt(1 << 16),
                    rarely() ? flags ^ random.nextInt(1 << 16) : flags);
            free[ring] = PackedPosition.of((slot + 1) % TestGuest.SIZE, slot + 1 == TestGuest.SIZE ? wrap ^ 1 : wrap);
        }
        if (descriptors == 1 && random.nextBoolean()) {
            int flags = Memory.getShort(guest.here(TestGuest.DESCRIPTORS[ring]) + 16L * head + 14);
            indirect(guest, ring, head, flags | 4);
        }
        if (rarely()) {
            Memory.putLong(guest.here(random.nextInt(TestGuest.REGION / 8) * 8L), random.nextLong());
        }
        if (random.nextInt(400) == 0) {
            free[ring] = PackedPosition.of(random.nextInt(TestGuest.SIZE), random.nextInt(2));
        }
    }

    /** Slots from one position of a ring to another. */
    private static int outstanding(int from, int to) {
        int slots = PackedPosition.slot(to) - PackedPosition.slot(from);
        return PackedPosition.wrap(from) == PackedPosition.wrap(to)
                ? Math.floorMod(slots, TestGuest.SIZE)
                : slots + TestGuest.SIZE;
    }

    private void indirect(TestGuest guest, int ring, int head, int packedFlags) {
        int table = TestGuest.BUFFERS + 16 * random.nextInt(1000);
        int entries = 1 + random.nextInt(40);
        for (int n = 0; n < entries; n++) {
            long at = guest.here(table + 16L * n);
            int flags = (n == entries - 1 ? 0 : 1) | (ring == 0 ? 2 : 0);
            Memory.putLong(at, address());
            long word = rarely() ? random.nextInt(16) : flags;
            Memory.putLong(at + 8, length() & 0xFFFF_FFFFL
                    | (packedFlags == 0 ? word << 32 | (n + 1L) << 48 : (long) n << 32 | word << 48));
        }
        guest.descriptor(ring, head, rarely() ? address() : TestGuest.BASE + table, 16 * entries, 4, packedFlags);
    }

    private long address() {
        return switch (random.nextInt(60)) {
            case 0 -> random.nextLong();
            case 1 -> TestGuest.BASE - random.nextInt(100);
            case 2 -> TestGuest.BASE + TestGuest.MEMORY - random.nextInt(100);
            case 3 -> Long.MAX_VALUE - random.nextInt(100);
            case 4 -> -random.nextInt(100);
            case 5, 6, 7 -> TestGuest.BASE + TestGuest.REGION - random.nextInt(200);
            default -> TestGuest.BASE + TestGuest.BUFFERS + random.nextInt(TestGuest.REGION);
        };
    }

    private int length() {
        return switch (random.nextInt(60)) {
            case 0 -> random.nextInt();
            case 1 -> 0;
            case 2 -> 1 + random.nextInt(3);
            case 3 -> -1;
            case 4, 5 -> random.nextInt(70_000);
            default -> random.nextInt(2000);
        };
    }

    private boolean rarely() {
        return random.nextInt(40) == 0;
    }

    private void receive(TestGuest guest, VhostUserDevice device, Burst burst) {
        ReceiveQueue queue = device.receiveQueues().getFirst();
        int frames = queue.receive(burst, 1 + random.nextInt(Burst.CAPACITY));
        for (int n = 0; n < frames; n++) {
            int bytes = burst.headLength[n];
            assertThat(bytes).isBetween(0, Burst.HEAD_BYTES);
            for (int i = 0; i < burst.bodyCount(n); i++) {
                int part = burst.bodyLength(n, i);
                boolean inside = burst.bodyAddress(n, i) == burst.area(n) || guest.holds(burst.bodyAddress(n, i), part);
                assertThat(inside).as("seed %d", seed).isTrue();
                bytes += part;
            }
            int length = burst.length[n];
            assertThat(length).isBetween(0, Burst.MAX_FRAME);
            assertThat(length == 0 || length == bytes).as("seed %d", seed).isTrue();
        }
        if (frames > 0) {
            delivered += frames;
            queue.release();
        }
        burst.clear();
    }

    private void transmit(VhostUserDevice device, Burst burst, Scratch scratch) {
        int frames = 1 + random.nextInt(4);
        list.count = 0;
        for (int n = 0; n < frames; n++) {
            int bytes = random.nextInt(10) == 0 ? 14 + random.nextInt(Burst.MAX_FRAME - 14) : 14 + random.nextInt(1500);
            burst.add(burst.area(n), bytes, 3, 0, 0);
            list.add(n, random.nextBoolean() ? 0x8100_0001 : 0);
        }
        delivered += device.transmit(burst, list, 0, scratch);
        scratch.takeRefused();
        burst.clear();
    }
}
