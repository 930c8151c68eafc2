package net.weft.vswitch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import net.weft.testing.Spin;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.Frames;
import net.weft.vswitch.Packets;
import net.weft.vswitch.TransmitOnlyDevice;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.Guards;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.forward.ZoningTest;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.zoning.ZoneTable;
import net.weft.vswitch.zoning.Zones;
import net.weft.zone.PortZones;
import net.weft.zone.fragment.FragmentTracker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerTest {
    private static final long PATIENCE_NS = 200_000_000L;

    /** A device that looks whether it may still be used. */
    private static final class Watched implements TransmitOnlyDevice {
        private final CountDownLatch sent = new CountDownLatch(1);
        private volatile boolean givenUp;
        private volatile boolean usedAfterwards;

        @Override
        public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
            long untilNs = System.nanoTime() + PATIENCE_NS;
            while (!givenUp && System.nanoTime() < untilNs) {
                Thread.onSpinWait();
            }
            usedAfterwards = givenUp;
            sent.countDown();
            return list.count - from;
        }
    }

    /**
     * A snapshot is published just after the worker has looked for one. Who waits until it is in use closes a device next, so
     * the worker must not say so before it has sent its last frame by the snapshot before.
     */
    @Test
    void shouldNotSendByASnapshotOnceItsSuccessorIsSaidToBeInUse() throws InterruptedException {
        try (MemoryLink in = MemoryLink.of("in")) {
            Device near = in.device(0);
            Watched leaving = new Watched();
            Snapshot before = snapshot(1, near, leaving);
            Snapshot after = snapshot(2, near, null);
            AtomicReference<Snapshot> published = new AtomicReference<>(before);
            AtomicReference<@Nullable Runnable> onceLooked = new AtomicReference<>();
            WorkerThread worker = new WorkerThread(0, -1, true, new MacTable(300, 1), () -> {
                Snapshot seen = published.get();
                Runnable next = onceLooked.getAndSet(null);
                if (next != null) {
                    next.run();
                }
                return seen;
            }, _ -> {
            }, () -> {
            });
            worker.start();
            worker.attach(new PolledQueue(near.receiveQueues().getFirst(), "in", 0, 0));
            worker.awaitAdopted(before);
            Thread control = new Thread(() -> {
                worker.awaitAdopted(after);
                leaving.givenUp = true;
            });
            onceLooked.set(() -> {
                published.set(after);
                in.send(Frames.untagged(Frames.BROADCAST, "02:00:00:00:00:0a"), 0);
                control.start();
                Spin.until("the control thread waits", () -> control.getState() == Thread.State.TIMED_WAITING);
            });
            leaving.sent.await();
            control.join();
            worker.stop();
            assertThat(leaving.givenUp).isTrue();
            assertThat(leaving.usedAfterwards).isFalse();
        }
    }

    /** Its first may come to another worker, whom it does not hear. */
    @Test
    void shouldNotSleepLongWhileAFragmentWaitsForItsFirst() {
        byte[] later = Packets.ipv4(1, 2, 17, 8, new byte[64]);
        AtomicReference<WorkerThread> gates = new AtomicReference<>();
        try (MemoryLink in = MemoryLink.of("in");
                Zones zones = new Zones(null, () -> List.of(gates.get().zones()))) {
            Device near = in.device(0);
            Snapshot plain = snapshot(1, near, null);
            ZoneTable.Builder table = new ZoneTable.Builder(2, zones.compile(ZoningTest.zoning()));
            table.port(0, PortZones.of(ZoningTest.DMZ), null);
            table.port(1, PortZones.of(ZoningTest.DATA), null);
            Guards guards = Guards.none(2);
            guards.flags[0] = Guards.ZONED;
            Snapshot zoned = new Snapshot(2, plain.membership, plain.leg, plain.mtu, plain.macLimit, plain.counters,
                    guards, List.of(), table.build());
            WorkerThread worker = new WorkerThread(0, -1, true, new MacTable(300, 1), () -> zoned, _ -> {
            }, () -> {
            });
            gates.set(worker);
            worker.attach(new PolledQueue(near.receiveQueues().getFirst(), "in", 0, 0));
            Worker turns = worker.worker();
            assertThat(turns.doWork(0)).isZero();
            assertThat(turns.sleepMillis()).isEqualTo(1000);

            in.send(later, 0);
            assertThat(turns.doWork(0)).isOne();
            assertThat(turns.sleepMillis()).isLessThanOrEqualTo(10);

            for (int turn = 0; turn < 16 && turns.sleepMillis() < 1000; turn++) {
                turns.doWork(FragmentTracker.HOLD_NS);
            }
            turns.doWork(FragmentTracker.HOLD_NS);
            assertThat(turns.sleepMillis()).isEqualTo(1000);
            worker.start();
            worker.stop();
        }
    }

    private static Snapshot snapshot(long epoch, Device in, @Nullable Device out) {
        VlanMembership member = VlanMembership.access(10);
        return new Snapshot(epoch, new VlanMembership[]{member, member}, new @Nullable Device[]{in, out},
                new int[]{1500, 1500}, new int[2], new PortCounters[]{new PortCounters(1), new PortCounters(1)});
    }
}
