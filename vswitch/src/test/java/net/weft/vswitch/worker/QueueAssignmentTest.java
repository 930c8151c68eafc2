package net.weft.vswitch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.weft.linux.CpuCaches;
import net.weft.linux.Fd;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.worker.WorkerStatus.QueueStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where queues are put and when they move; the clock and the workers' load by hand. */
class QueueAssignmentTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final double PACKET_NS = 100;

    /** A worker that only notes what it was given. */
    private static final class Desk implements Poller {
        private final int id;
        private final List<PolledQueue> queues = new ArrayList<>();
        private final int cpu;
        private long busyNs;

        private Desk(int id) {
            this(id, -1);
        }

        private Desk(int id, int cpu) {
            this.id = id;
            this.cpu = cpu;
        }

        @Override
        public int id() {
            return id;
        }

        @Override
        public int cpu() {
            return cpu;
        }

        @Override
        public void attach(PolledQueue queue) {
            queues.add(queue);
        }

        @Override
        public void detach(PolledQueue queue) {
            assertThat(queues.remove(queue)).isTrue();
        }

        @Override
        public long busyNs() {
            return busyNs;
        }

        private List<String> names() {
            return queues.stream().map(queue -> queue.port + "/" + queue.index).toList();
        }

        /** The queue is served for a share of a second. */
        private void serve(String name, double share) {
            PolledQueue queue = queues.get(names().indexOf(name));
            long ns = (long) (share * SECOND_NS);
            busyNs += ns;
            queue.countTime(ns / 61);
            queue.countFrames((int) (ns / PACKET_NS));
        }
    }

    private final List<MemoryLink> links = new ArrayList<>();
    private final Desk first = new Desk(0);
    private final Desk second = new Desk(1);
    private long nowNs = -5 * SECOND_NS;
    private final QueueAssignment<Desk> placement = new QueueAssignment<>(List.of(first, second), new GuestDistance(),
            nowNs);

    @AfterEach
    void close() {
        links.forEach(MemoryLink::close);
    }

    private List<ReceiveQueue> queues(int count) {
        List<ReceiveQueue> queues = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            MemoryLink link = new MemoryLink("x", 4, 64, 0);
            links.add(link);
            queues.addAll(link.device(0).receiveQueues());
        }
        return queues;
    }

    private void pass(int seconds, Runnable eachSecond) {
        for (int n = 0; n < seconds; n++) {
            eachSecond.run();
            nowNs += SECOND_NS;
            placement.tick(nowNs);
        }
    }

    @Test
    void shouldSpreadTheQueuesOfOnePort() {
        placement.add("guest", 3, queues(4));
        assertThat(first.names()).containsExactly("guest/0", "guest/2");
        assertThat(second.names()).containsExactly("guest/1", "guest/3");
        assertThat(first.queues.get(1).txQueueHint).isEqualTo(5);
        placement.add("tap", 4, queues(1));
        assertThat(first.names()).contains("tap/0");
        assertThat(placement.status(first)).extracting(QueueStatus::reason).last()
                .isEqualTo("had the fewest queues, 2");
    }

    /** A queue of a guest, whose hypervisor has this process ID. */
    private record OfGuest(ReceiveQueue queue, int peerProcess) implements ReceiveQueue {
        @Override
        public int receive(Burst burst, int budget) {
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

    /** Processors 0 and 1 share a cache, 2 and 3 another; the guest of process 7 runs on processor 3. */
    @Test
    void shouldPreferTheWorkerThatIsNearTheGuest(@TempDir Path root) throws IOException {
        for (int cpu = 0; cpu < 4; cpu++) {
            Path cache = Files.createDirectories(root.resolve("cpu" + cpu + "/cache/index3"));
            Files.writeString(cache.resolve("level"), "3");
            Files.writeString(cache.resolve("shared_cpu_list"), cpu < 2 ? "0-1" : "2-3");
        }
        BitSet guest = new BitSet();
        guest.set(3);
        Desk far = new Desk(0, 0);
        Desk near = new Desk(1, 2);
        QueueAssignment<Desk> pinned = new QueueAssignment<>(List.of(far, near),
                new GuestDistance(new CpuCaches(root), process -> process == 7 ? guest : new BitSet()), nowNs);
        pinned.add("guest", 3, List.of(new OfGuest(queues(1).getFirst(), 7)));
        assertThat(near.names()).containsExactly("guest/0");
        assertThat(pinned.status(near)).extracting(QueueStatus::reason)
                .containsExactly("had the fewest queues, 0, and is nearest to the guest's processors");
        pinned.add("other", 4, List.of(new OfGuest(queues(1).getFirst(), 7)));
        assertThat(far.names()).as("load comes first").containsExactly("other/0");
    }

    @Test
    void shouldFillTheGapThatADepartedPortLeaves() {
        List<ReceiveQueue> leaving = queues(1);
        placement.add("a", 0, queues(1));
        placement.add("b", 1, leaving);
        placement.remove(leaving);
        placement.add("c", 2, queues(1));
        assertThat(second.names()).containsExactly("c/0");
    }

    @Test
    void shouldMoveAQueueFromTheBusiestWorkerAndSayWhy() {
        placement.add("a", 0, queues(1));
        placement.add("c", 1, queues(1));
        placement.add("b", 2, queues(1));
        pass(5, () -> {
            first.serve("a/0", 0.6);
            first.serve("b/0", 0.3);
            second.serve("c/0", 0.1);
        });
        assertThat(second.names()).containsExactly("c/0", "b/0");
        QueueStatus moved = placement.status(second).get(1);
        assertThat(moved.reason())
                .isEqualTo("moved from worker 0: that lowers the busiest from 90 % to about 60 %");
        assertThat(moved.load()).isBetween(0.29, 0.31);
        assertThat(moved.framesPerSecond()).isBetween(2.9e6, 3.1e6);
        assertThat(placement.busy(first)).isBetween(0.89, 0.91);
    }

    @Test
    void shouldNotPlayPingPongWithALoadThatSwings() {
        placement.add("a", 0, queues(1));
        placement.add("b", 1, queues(1));
        placement.add("c", 2, queues(1));
        int moves = 0;
        List<String> before = first.names();
        for (int n = 0; n < 120; n++) {
            boolean odd = n / 5 % 2 == 1;
            pass(1, () -> {
                for (Desk desk : List.of(first, second)) {
                    for (String name : List.copyOf(desk.names())) {
                        desk.serve(name, name.equals("c/0") ? 0.3 : name.equals("a/0") == odd ? 0.5 : 0.1);
                    }
                }
            });
            moves += before.equals(first.names()) ? 0 : 1;
            before = first.names();
        }
        assertThat(moves).isBetween(1, 120 / 30 * 3);
        assertThat(first.names()).hasSizeBetween(1, 2);
    }

    @Test
    void shouldLeaveAloneWhatIsQuiet() {
        placement.add("a", 0, queues(1));
        placement.add("b", 1, queues(1));
        placement.add("c", 2, queues(1));
        pass(60, () -> {
            first.serve("a/0", 0.04);
            first.serve("c/0", 0.04);
        });
        assertThat(first.names()).containsExactly("a/0", "c/0");
    }
}
