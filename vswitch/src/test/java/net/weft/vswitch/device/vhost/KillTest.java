package net.weft.vswitch.device.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.weft.linux.Memory;
import net.weft.testing.Seed;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.device.vhost.TestDriver.Buffer;
import net.weft.vswitch.device.vhost.TestDriver.Returned;
import org.junit.jupiter.api.Test;

/**
 * Weft is killed while it returns a burst, after any of its stores. The stores are those by which memory differs before and
 * after, in the order that {@link SplitVirtqueue} and {@link PackedInflight} promise; where they promise none, any of them may
 * have happened. Whatever the cut, the next run must return every chain once, in order.
 */
class KillTest {
    private static final int ROUNDS = 4000;
    private static final long REGION_BYTES = PackedInflight.bytes(TestGuest.SIZE);

    private final long seed = Seed.of(KillTest.class);
    private final Random random = new Random(seed);
    private final List<Integer> offered = new ArrayList<>();

    private record Store(long address, long word) {
    }

    /** A stretch of memory, to be compared word by word. */
    private record Stretch(long address, int bytes) {
        byte[] copy() {
            byte[] copy = new byte[bytes];
            Memory.copy(address, copy, 0, bytes);
            return copy;
        }

        void restore(byte[] copy) {
            Memory.copy(copy, 0, address, bytes);
        }

        /** Words of {@code from} to {@code to} that are not what they were. */
        List<Store> changes(byte[] before, int from, int to) {
            byte[] after = copy();
            List<Store> changes = new ArrayList<>();
            for (int at = from; at < to; at += 8) {
                if (!Arrays.equals(before, at, at + 8, after, at, at + 8)) {
                    changes.add(new Store(address + at, Memory.getLong(address + at)));
                }
            }
            return changes;
        }
    }

    @Test
    void shouldTakeUpAPackedRingWhereverItWasCut() throws Exception {
        try (Arena arena = Arena.ofShared(); TestGuest guest = new TestGuest(true); Burst burst = new Burst()) {
            long region = arena.allocate(REGION_BYTES, 64).address();
            Stretch kept = new Stretch(region, (int) REGION_BYTES);
            Stretch ring = new Stretch(guest.here(TestGuest.DESCRIPTORS[1]), 16 * TestGuest.SIZE);
            guest.inflight[1] = region;
            for (int round = 0; round < ROUNDS; round++) {
                int base = PackedInflight.resume(region, TestGuest.SIZE, ring.address, PackedPosition.of(0, 1));
                VhostUserDevice device = guest.device(VirtioNet.VERSION_1, PackedPosition.of(0, 1), base);
                offer(guest);
                byte[] ringBefore = ring.copy();
                byte[] keptBefore = kept.copy();
                long indicesBefore = Memory.getLong(region + 16);
                if (!serve(device, burst)) {
                    continue;
                }
                long indices = Memory.getLong(region + 16);
                long between = indices & 0x0000_00FF_0000_FFFFL | indicesBefore & 0x0000_FF00_FFFF_0000L;
                long first = ring.address + 16L * PackedPosition.slot(base) + 8;
                List<Store> heads = ring.changes(ringBefore, 0, ring.bytes);
                List<Store> head = heads.stream().filter(store -> store.address == first).toList();
                assertThat(head).hasSize(1);
                List<List<Store>> steps = List.of(kept.changes(keptBefore, 32, kept.bytes),
                        kept.changes(keptBefore, 8, 16), List.of(new Store(region + 16, between)),
                        heads.stream().filter(store -> store.address != first).toList(), head,
                        List.of(new Store(region + 16, indices)));
                ring.restore(ringBefore);
                kept.restore(keptBefore);
                cut(steps);
                returnedInOrder(guest);
            }
            finish(guest, burst, () -> guest.device(VirtioNet.VERSION_1, PackedPosition.of(0, 1),
                    PackedInflight.resume(region, TestGuest.SIZE, ring.address, PackedPosition.of(0, 1))));
        }
    }

    @Test
    void shouldTakeUpASplitRingWhereverItWasCut() throws Exception {
        try (TestGuest guest = new TestGuest(false); Burst burst = new Burst()) {
            Stretch used = new Stretch(guest.here(TestGuest.USED[1]) + 4, 8 * TestGuest.SIZE);
            long index = guest.here(TestGuest.USED[1]);
            for (int round = 0; round < ROUNDS; round++) {
                VhostUserDevice device = guest.device(VirtioNet.VERSION_1);
                offer(guest);
                byte[] before = used.copy();
                int indexBefore = Memory.getInt(index);
                if (!serve(device, burst)) {
                    continue;
                }
                List<Store> entries = used.changes(before, 0, used.bytes);
                long published = Memory.getLong(index);
                used.restore(before);
                Memory.putInt(index, indexBefore);
                for (Store entry : entries) {
                    if (random.nextBoolean()) {
                        Memory.putLong(entry.address, entry.word);
                    }
                }
                if (random.nextBoolean()) {
                    entries.forEach(entry -> Memory.putLong(entry.address, entry.word));
                    Memory.putInt(index, (int) published);
                }
                returnedInOrder(guest);
            }
            finish(guest, burst, () -> guest.device(VirtioNet.VERSION_1));
        }
    }

    private void offer(TestGuest guest) {
        int out = 0;
        for (int n = guest.driver(1).returned().size(); n < offered.size(); n++) {
            out += 4;
        }
        while (out < TestGuest.SIZE - 4 && random.nextInt(6) > 0) {
            Buffer[] chain = new Buffer[1 + random.nextInt(4)];
            Arrays.fill(chain, new Buffer(TestGuest.BASE + TestGuest.BUFFERS, 50, 0));
            offered.add(guest.driver(1).offer(chain));
            out += 4;
        }
    }

    /** One burst there and back; false when nothing waits. */
    private boolean serve(VhostUserDevice device, Burst burst) {
        ReceiveQueue queue = device.receiveQueues().getFirst();
        int frames = queue.receive(burst, 1 + random.nextInt(Burst.CAPACITY));
        assertThat(frames).as("seed %d: %s", seed, device.failure()).isNotNegative();
        queue.release();
        burst.clear();
        device.close();
        return frames > 0;
    }

    /** Carries out the first of these steps, some stores of one more, and then nothing. */
    private void cut(List<List<Store>> steps) {
        int last = random.nextInt(steps.size() + 1);
        for (int step = 0; step <= last && step < steps.size(); step++) {
            for (Store store : steps.get(step)) {
                if (step < last || random.nextBoolean()) {
                    Memory.putLong(store.address, store.word);
                }
            }
        }
    }

    private void returnedInOrder(TestGuest guest) {
        List<Returned> returned = guest.driver(1).returned();
        assertThat(returned.size()).isLessThanOrEqualTo(offered.size());
        int last = returned.size() - 1;
        if (last >= 0) {
            assertThat(returned.get(last).id()).as("seed %d, chain %d", seed, last).isEqualTo(offered.get(last));
        }
    }

    private interface Restart {
        VhostUserDevice device() throws VhostViolationException;
    }

    private void finish(TestGuest guest, Burst burst, Restart restart) throws VhostViolationException {
        boolean more = true;
        while (more) {
            more = serve(restart.device(), burst);
        }
        assertThat(guest.driver(1).returned()).as("seed %d", seed).extracting(Returned::id).isEqualTo(offered);
        assertThat(offered).hasSizeGreaterThan(ROUNDS);
    }
}
