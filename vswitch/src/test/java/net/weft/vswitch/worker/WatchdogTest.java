package net.weft.vswitch.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.weft.linux.Fd;
import net.weft.linux.TaskState;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.Snapshots;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.testing.Spin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker with its own thread is held by a queue; the watchdog is stepped by a clock of the test's. */
@Timeout(60)
class WatchdogTest {
    private static final long S = 1_000_000_000L;

    /** A queue in whose turn the worker hangs until it is let go. */
    private static final class Holding implements ReceiveQueue {
        private final ReceiveQueue queue;
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch go = new CountDownLatch(1);

        private Holding(ReceiveQueue queue) {
            this.queue = queue;
        }

        @Override
        public int receive(Burst burst, int budget) {
            entered.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return queue.receive(burst, budget);
        }

        @Override
        public void release() {
            queue.release();
        }

        @Override
        public Fd fd() {
            return queue.fd();
        }

        @Override
        public boolean arm() {
            return queue.arm();
        }

        @Override
        public void disarm() {
            queue.disarm();
        }
    }

    private final MemoryLink link = MemoryLink.of("web1");
    private final Device device = link.device(0);
    private final Holding queue = new Holding(device.receiveQueues().getFirst());
    private final Snapshot snapshot = snapshot(1);
    private final WorkerThread worker = new WorkerThread(0, -1, false, new MacTable(300, 1), () -> snapshot, _ -> {
    }, Snapshots.NO_PUNTS, () -> {
    });
    private final Watchdog watchdog = new Watchdog(List.of(worker), 0);

    private Snapshot snapshot(long epoch) {
        return Snapshots.of(epoch, new VlanMembership[]{VlanMembership.access(10)}, new Device[]{device},
                new PortCounters[]{new PortCounters(1)});
    }

    @AfterEach
    void stop() {
        queue.go.countDown();
        worker.stop();
        link.close();
    }

    private void hang() throws InterruptedException {
        worker.start();
        worker.attach(new PolledQueue(queue, "web1", 0, 0, 0));
        assertThat(queue.entered.await(10, TimeUnit.SECONDS)).isTrue();
        Path directory = Objects.requireNonNull(worker.directory());
        Spin.until("the worker sleeps", () -> TaskState.read(directory).state() == 'S');
    }

    private void look(int fromSecond, int toSecond) {
        for (int second = fromSecond; second <= toSecond; second++) {
            watchdog.look(second * S);
        }
    }

    @Test
    void shouldNameWhatAWorkerHangsInAndCountItOnce() throws InterruptedException {
        hang();
        look(1, 3);
        assertThat(worker.stuck()).as("after two seconds").isNull();
        look(4, 20);
        assertThat(worker.stuck()).contains("worker 0 hangs since 3 s in the turn of port web1", "weft-worker-0",
                "futex");
        assertThat(worker.faults().byKind()).containsEntry("stuck", 1L);
        assertThat(worker.faults().last()).contains("weft-worker-0");
        PortStatus[] ports = {port("web1"), port("web2")};
        List<PortStatus> marked = StuckWorkers.mark(List.of(ports), List.of(worker));
        assertThat(marked.getFirst().failure()).isNotNull().satisfies(failure -> {
            assertThat(failure.reason()).isEqualTo(PortReason.WORKER_STUCK);
            assertThat(failure.message()).isEqualTo(worker.stuck());
        });
        assertThat(marked.getFirst().state()).isEqualTo("down");
        assertThat(marked.getLast()).isSameAs(ports[1]);
    }

    private PortStatus port(String name) {
        return new PortStatus(PortSpec.of(name, 0, new DeviceSpec.InMemory(link), VlanMembership.access(10)), null,
                1500,
                new PortCounters(1), 0);
    }

    @Test
    void shouldNoticeThatItGoesOn() throws InterruptedException {
        hang();
        look(1, 5);
        assertThat(worker.stuck()).isNotNull();
        long turn = worker.turn();
        queue.go.countDown();
        while (worker.turn() == turn) {
            Thread.onSpinWait();
        }
        look(6, 6);
        assertThat(worker.stuck()).isNull();
        assertThat(StuckWorkers.in(List.of(worker))).isNull();
    }

    /** Whoever needs the worker is told, and it does what was asked when it goes on. */
    @Test
    void shouldNotLetTheControlThreadWaitForAStuckWorker() throws InterruptedException {
        hang();
        look(1, 5);
        Snapshot next = snapshot(2);
        assertThatThrownBy(() -> worker.awaitAdopted(next)).isInstanceOf(WorkerStuckException.class)
                .hasMessageContaining("web1");
        assertThatThrownBy(() -> StuckWorkers.refuse(List.of(worker))).isInstanceOf(WorkerStuckException.class)
                .hasMessageContaining("try again when it runs");
        worker.stop();
        assertThat(worker.isDead()).as("stop() has come back, and the thread hangs").isFalse();
    }

    /** SIGSTOP, a pause of the JVM or of the host: this thread's ticks are missing like the worker's turns. */
    @Test
    void shouldNotTakeAPauseOfTheProcessForAStuckWorker() throws InterruptedException {
        hang();
        watchdog.look(S);
        watchdog.look(2 * S);
        watchdog.look(600 * S);
        assertThat(worker.stuck()).as("two ticks of watched time, after ten minutes").isNull();
        watchdog.look(601 * S);
        watchdog.look(602 * S);
        assertThat(worker.stuck()).as("the control: it does hang").isNotNull();
    }

    @Test
    void shouldLeaveAWorkerAloneThatSleepsOrHasTurns() {
        worker.start();
        while (!worker.isAsleep()) {
            Thread.onSpinWait();
        }
        for (int second = 1; second < 20; second++) {
            watchdog.look(second * S);
        }
        assertThat(worker.stuck()).isNull();
        assertThat(worker.faults().total()).isZero();
    }
}
