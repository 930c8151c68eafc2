package net.weft.vswitch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.weft.linux.Fd;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.Snapshots;
import net.weft.vswitch.Frames;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.port.PortCounters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Errors are thrown where a worker runs code of others; frames must go on between the two ports that have nothing to do with it. */
@Timeout(60)
class WorkerDeathTest {
    private static final int IN = 0;
    private static final int OUT = 1;
    private static final int BROKEN = 2;
    private static final byte[] FRAME = Frames.untagged(Frames.BROADCAST, "02:00:00:00:00:0a");

    /** A queue whose device throws an error each time it is asked for something. */
    private record Broken(ReceiveQueue queue, String where) implements ReceiveQueue {
        private void fail(String here) {
            if (here.equals(where)) {
                throw new OutOfMemoryError("thrown by the test in " + here);
            }
        }

        @Override
        public int receive(Burst burst, int budget) {
            fail("receive");
            return queue.receive(burst, budget);
        }

        @Override
        public void release() {
            queue.release();
            fail("release");
        }

        @Override
        public Fd fd() {
            fail("fd");
            return queue.fd();
        }

        @Override
        public boolean arm() {
            fail("arm");
            return queue.arm();
        }

        @Override
        public void disarm() {
            queue.disarm();
        }
    }

    private final List<MemoryLink> links = List.of(MemoryLink.of("in"), MemoryLink.of("out"), MemoryLink.of("broken"));
    private final List<Device> devices = new ArrayList<>();
    private final BlockingQueue<ReceiveQueue> failed = new LinkedBlockingQueue<>();
    private final BlockingQueue<Boolean> deaths = new LinkedBlockingQueue<>();
    private final List<String> hopeless = new ArrayList<>();
    /** So many snapshots fail to be adopted from now on. */
    private final AtomicInteger failures = new AtomicInteger();
    private final PortCounters[] counters = {new PortCounters(1), new PortCounters(1), new PortCounters(1)};
    private volatile Snapshot published;
    private final WorkerThread worker;
    private final List<WorkerThread> workers;
    private final QueueAssignment<WorkerThread> assignment;
    private final WorkerSupervisor supervisor;

    WorkerDeathTest() {
        for (int port = 0; port < links.size(); port++) {
            devices.add(links.get(port).device(port));
        }
        published = snapshot(1);
        worker = new WorkerThread(0, -1, false, new MacTable(300, 1), this::published, failed::add,
                Snapshots.NO_PUNTS, () -> {
                });
        worker.onDeath(() -> deaths.add(true));
        workers = List.of(worker);
        assignment = new QueueAssignment<>(workers, new GuestDistance(), 0);
        supervisor = new WorkerSupervisor(workers, assignment, hopeless::add);
    }

    private Snapshot published() {
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new OutOfMemoryError("thrown by the test while a snapshot is adopted");
        }
        return published;
    }

    private Snapshot snapshot(long epoch) {
        VlanMembership member = VlanMembership.access(10);
        return Snapshots.of(epoch, new VlanMembership[]{member, member, VlanMembership.access(20)},
                devices.toArray(new @Nullable Device[0]), counters);
    }

    private void start() {
        worker.start();
        assignment.add("in", IN, devices.get(IN).receiveQueues());
        worker.awaitAdopted(published);
    }

    @AfterEach
    void stop() {
        worker.stop();
        links.forEach(MemoryLink::close);
    }

    /** Sends a frame in and waits until it has come out. */
    private void assertForwards() {
        assertThat(links.get(IN).send(FRAME, 0)).isTrue();
        byte[] out = links.get(OUT).receive();
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (out.length == 0 && System.nanoTime() < untilNs) {
            Thread.onSpinWait();
            out = links.get(OUT).receive();
        }
        assertThat(out).isEqualTo(FRAME);
    }

    private void awaitDeath(long nowNs) throws InterruptedException {
        assertThat(deaths.poll(10, TimeUnit.SECONDS)).isTrue();
        while (!worker.isDead()) {
            Thread.onSpinWait();
        }
        supervisor.look(nowNs);
    }

    @Test
    void shouldLoseOnlyThePortWhoseDeviceThrowsAnError() throws InterruptedException {
        start();
        int faults = 0;
        for (String where : List.of("receive", "release", "fd", "arm")) {
            ReceiveQueue queue = devices.get(BROKEN).receiveQueues().getFirst();
            Broken broken = new Broken(queue, where);
            links.get(BROKEN).send(FRAME, 0);
            worker.attach(new PolledQueue(broken, "broken", 0, 0, 0));
            assertThat(failed.poll(10, TimeUnit.SECONDS)).as(where).isSameAs(broken);
            assertForwards();
            assertThat(worker.faults().total()).as(where).isGreaterThan(faults);
            faults = (int) worker.faults().total();
        }
        assertThat(deaths).isEmpty();
        assertThat(worker.faults().byKind()).containsKeys("receive", "release", "attach", "sleep");
    }

    @Test
    void shouldReplaceAWorkerThatDiesWhileItAdoptsASnapshot() throws InterruptedException {
        start();
        assertForwards();
        failures.set(1);
        published = snapshot(2);
        worker.awaitAdopted(published);
        awaitDeath(0);
        assertForwards();
        worker.awaitAdopted(published);
        assertThat(worker.worker().adoptedEpoch()).isEqualTo(2);
        assertThat(worker.faults().byKind()).containsEntry("death", 1L);
        assertThat(worker.faults().last()).contains("the worker ended", "OutOfMemoryError", "thrown by the test");
        assertThat(counters[IN].rxPackets()).isEqualTo(2);
        assertThat(worker.vlanRow()[2 * 10]).as("frames of VLAN 10 by both workers").isEqualTo(2);
        assertThat(hopeless).isEmpty();
    }

    @Test
    void shouldGiveUpWhenEachSuccessorDiesAtOnce() throws InterruptedException {
        start();
        failures.set(Integer.MAX_VALUE);
        worker.awaitAdopted(snapshot(2));
        awaitDeath(0);
        awaitDeath(1_000_000_000L);
        assertThat(hopeless).isEmpty();
        awaitDeath(2_000_000_000L);
        assertThat(hopeless).singleElement().asString().contains("worker 0 has ended 3 times within 10 seconds",
                "thrown by the test");
        supervisor.look(3_000_000_000L);
        assertThat(hopeless).hasSize(1);
        assertThat(worker.faults().total()).isEqualTo(3);
    }

    /** The control of the one before: as many deaths, with time between them. */
    @Test
    void shouldGoOnWhenDeathsAreRare() throws InterruptedException {
        start();
        for (int n = 0; n < 6; n++) {
            failures.set(1);
            worker.awaitAdopted(snapshot(2 + n));
            awaitDeath(n * 6_000_000_000L);
            assertForwards();
        }
        assertThat(hopeless).isEmpty();
        assertThat(worker.faults().byKind()).containsEntry("death", 6L);
    }

    @Test
    void shouldNotWaitForADeadWorker() throws InterruptedException {
        start();
        failures.set(1);
        worker.awaitAdopted(snapshot(2));
        assertThat(deaths.poll(10, TimeUnit.SECONDS)).isTrue();
        worker.awaitAdopted(snapshot(3));
        assignment.remove(devices.get(IN).receiveQueues());
        assignment.add("in", IN, devices.get(IN).receiveQueues());
        worker.sample(new net.weft.vswitch.observe.FrameSampler[0]);
        while (!worker.isDead()) {
            Thread.onSpinWait();
        }
        supervisor.look(0);
        assertForwards();
    }
}
