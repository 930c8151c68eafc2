package net.weft.vswitch.device.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.weft.linux.Memory;
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
    private static final int STEPS = Math.min(10_000_000, Integer.getInteger("weft.fuzz.frames", 10_000_000));
    private static final long[] FEATURES = {0, VirtioNet.VERSION_1, VirtioNet.VERSION_1 | VirtioNet.MRG_RXBUF,
            VirtioNet.VERSION_1 | VirtioNet.MRG_RXBUF | VirtioNet.INDIRECT_DESC,
            VirtioNet.MRG_RXBUF | VirtioNet.INDIRECT_DESC | VirtioNet.EVENT_IDX};

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final TransmitList list = new TransmitList();
    private long delivered;
    private long violations;

    @Test
    void shouldServeOrKeepOutAndTouchNothingElse() {
        try (TestGuest guest = new TestGuest(); Burst burst = new Burst(); Scratch scratch = new Scratch()) {
            VhostUserDevice device = guest.device(FEATURES[0]);
            for (int step = 0; step < STEPS; step++) {
                mutate(guest);
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
                    guest.availableIndex(0, guest.usedIndex(0));
                    guest.availableIndex(1, guest.usedIndex(1));
                    device = guest.device(FEATURES[random.nextInt(FEATURES.length)]);
                }
                if (step % 50_000 == 0) {
                    assertThat(guest.isUntouchedAround()).as("seed %d, step %d", seed, step).isTrue();
                }
            }
            device.close();
            assertThat(guest.isUntouchedAround()).as("seed %d", seed).isTrue();
        }
        assertThat(delivered).as("seed %d", seed).isGreaterThan(STEPS / 100);
        assertThat(violations).as("seed %d", seed).isGreaterThan(STEPS / 1000);
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
            indirect(guest, ring, head);
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

    private void indirect(TestGuest guest, int ring, int head) {
        int table = TestGuest.BUFFERS + 16 * random.nextInt(1000);
        int entries = 1 + random.nextInt(40);
        for (int n = 0; n < entries; n++) {
            long at = guest.here(table + 16L * n);
            int flags = (n == entries - 1 ? 0 : 1) | (ring == 0 ? 2 : 0);
            Memory.putLong(at, address());
            Memory.putLong(at + 8, length() & 0xFFFF_FFFFL | (long) (rarely() ? random.nextInt(16) : flags) << 32
                    | (n + 1L) << 48);
        }
        guest.descriptor(ring, head, rarely() ? address() : TestGuest.BASE + table, 16 * entries, 4, 0);
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
