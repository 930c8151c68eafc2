package net.weft.vswitch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import net.weft.linux.Fd;
import net.weft.linux.Memory;
import net.weft.testing.Seed;
import net.weft.testing.Spin;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.Frames;
import net.weft.vswitch.Snapshots;
import net.weft.vswitch.TransmitOnlyDevice;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.port.PortCounters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Queues under traffic are handed from worker to worker thousands of times. Every frame of a stream carries the next number,
 * and the device they leave by takes no other.
 */
@Timeout(240)
class QueueHandoverTest {
    private static final int MOVES = Integer.getInteger("weft.moves", 4000);
    private static final int STREAMS = 3;
    private static final int WORKERS = 3;
    private static final int RINGS = 2;
    private static final int SINK = STREAMS;
    private static final String SINK_MAC = "02:00:00:00:00:ff";
    private static final int NUMBER_OFFSET = 16;

    private final long seed = Seed.of(QueueHandoverTest.class);
    private final AtomicReference<@Nullable String> fault = new AtomicReference<>();
    private final List<MemoryLink> links = new ArrayList<>();
    private final List<HeldQueue> queues = new ArrayList<>();
    private final Sink sink = new Sink();
    private final PortCounters[] counters = new PortCounters[STREAMS + 1];

    private void fail(String what) {
        fault.compareAndSet(null, what);
    }

    /**
     * A queue that notices two owners, and keeps some frames back: it says now and then that nothing waits, but never
     * when it is armed.
     */
    private final class HeldQueue implements ReceiveQueue {
        private final ReceiveQueue queue;
        private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();
        private final Random random;

        private HeldQueue(ReceiveQueue queue, long seed) {
            this.queue = queue;
            random = new Random(seed);
        }

        @Override
        public int receive(Burst burst, int budget) {
            enter();
            int received = random.nextInt(8) == 0 ? 0 : queue.receive(burst, 1 + random.nextInt(budget));
            if (received == 0) {
                leave();
            }
            return received;
        }

        @Override
        public void release() {
            if (owner.get() != Thread.currentThread()) {
                fail("frames released by another thread than received them");
            }
            queue.release();
            leave();
        }

        private void enter() {
            if (!owner.compareAndSet(null, Thread.currentThread())) {
                fail("a queue had two owners");
            }
        }

        private void leave() {
            owner.set(null);
        }

        @Override
        public Fd fd() {
            return queue.fd();
        }

        @Override
        public boolean arm() {
            enter();
            boolean waiting = queue.arm();
            leave();
            return waiting;
        }

        @Override
        public void disarm() {
            enter();
            queue.disarm();
            leave();
        }
    }

    /** Takes every frame, by the ring of its lane, and holds the ring for a while sometimes. */
    private final class Sink implements TransmitOnlyDevice {
        private final AtomicBoolean[] claimed = {new AtomicBoolean(), new AtomicBoolean()};
        private final long[][] taken = new long[RINGS][STREAMS];

        @Override
        public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
            int ring = burst.txQueueHint % RINGS;
            while (!claimed[ring].compareAndSet(false, true)) {
                Thread.onSpinWait();
            }
            for (int n = from; n < list.count; n++) {
                int stream = burst.port[list.frame[n]];
                long number = Memory.getLong(burst.head(list.frame[n]) + NUMBER_OFFSET);
                if (number != taken[ring][stream]++) {
                    fail("stream " + stream + ": frame " + number + " came as number " + (taken[ring][stream] - 1));
                }
                if ((number & 0xFFF) == 0) {
                    Thread.yield();
                }
            }
            claimed[ring].set(false);
            return list.count - from;
        }

        private long taken(int stream) {
            while (!claimed[stream % RINGS].compareAndSet(false, true)) {
                Thread.onSpinWait();
            }
            long count = taken[stream % RINGS][stream];
            claimed[stream % RINGS].set(false);
            return count;
        }
    }

    @Test
    void shouldLoseAndReorderNothingWhileQueuesMoveUnderLoad() throws InterruptedException {
        Random random = new Random(seed);
        List<WorkerThread> workers = workers();
        QueueAssignment<WorkerThread> placement = new QueueAssignment<>(workers, new GuestDistance(), 0);
        for (int stream = 0; stream < STREAMS; stream++) {
            placement.add("in" + stream, stream, List.of(queues.get(stream)));
        }
        Sender sender = new Sender();
        for (int n = 0; n < MOVES && fault.get() == null; n++) {
            placement.move(queues.get(random.nextInt(STREAMS)), workers.get(random.nextInt(WORKERS)), n, "test");
            if (random.nextInt(16) == 0) {
                spin(random.nextInt(200_000));
            }
        }
        sender.stop();
        for (int stream = 0; stream < STREAMS; stream++) {
            while (sink.taken(stream) < sender.sent[stream] && fault.get() == null && !Thread.interrupted()) {
                Thread.onSpinWait();
            }
        }
        placement.remove(List.copyOf(queues));
        close(workers);
        assertAccounts(sender);
        assertThat(fault.get()).as("seed %d", seed).isNull();
        for (int stream = 0; stream < STREAMS; stream++) {
            assertThat(sink.taken(stream)).as("stream %d, seed %d", stream, seed).isEqualTo(sender.sent[stream])
                    .isPositive();
        }
    }

    /** The control: a queue that is given to a worker and never taken from the other. */
    @Test
    void shouldNoticeAQueueThatTwoWorkersHave() throws InterruptedException {
        List<WorkerThread> workers = workers();
        List<PolledQueue> shared = List.of(new PolledQueue(queues.getFirst(), "in0", 0, 0, 0),
                new PolledQueue(queues.getFirst(), "in0", 0, 0, 0));
        workers.get(0).attach(shared.get(0));
        workers.get(1).attach(shared.get(1));
        Sender sender = new Sender();
        Spin.until("a fault is seen", () -> fault.get() != null);
        sender.stop();
        workers.get(0).detach(shared.get(0));
        workers.get(1).detach(shared.get(1));
        close(workers);
        assertThat(fault.get()).as("seed %d", seed).isNotNull();
    }

    /** Whichever workers had the queues, each frame is counted once by one of them. */
    private void assertAccounts(Sender sender) {
        long all = 0;
        for (int stream = 0; stream < STREAMS; stream++) {
            PortCounters in = counters[stream];
            assertThat(in.rxPackets()).as("received by %d, seed %d", stream, seed).isEqualTo(sender.sent[stream]);
            assertThat(in.copies()).as("copies of %d, seed %d", stream, seed).isEqualTo(sender.sent[stream]);
            assertThat(in.dropped()).as("dropped at %d, seed %d", stream, seed).isZero();
            all += sender.sent[stream];
        }
        PortCounters out = counters[SINK];
        assertThat(out.txPackets()).as("sent, seed %d", seed).isEqualTo(all);
        long byWorkers = 0;
        for (int id = 0; id < WORKERS; id++) {
            byWorkers += out.ofWorker(id).txPackets();
        }
        assertThat(byWorkers).as("sent by the workers, seed %d", seed).isEqualTo(all);
    }

    private List<WorkerThread> workers() {
        MacTable macs = new MacTable(300, 1);
        macs.learn(10, Frames.mac(SINK_MAC), SINK, (int) (System.nanoTime() / 1_000_000_000L), 0);
        Snapshot snapshot = snapshot();
        List<WorkerThread> workers = new ArrayList<>();
        for (int id = 0; id < WORKERS; id++) {
            workers.add(new WorkerThread(id, -1, false, macs, () -> snapshot, _ -> fail("a queue failed"),
                    Snapshots.NO_PUNTS, () -> {
                    }));
        }
        workers.forEach(WorkerThread::start);
        workers.forEach(worker -> worker.awaitAdopted(snapshot));
        return workers;
    }

    private void close(List<WorkerThread> workers) {
        workers.forEach(WorkerThread::stop);
        links.forEach(MemoryLink::close);
    }

    private Snapshot snapshot() {
        VlanMembership[] membership = new VlanMembership[STREAMS + 1];
        @Nullable
        Device[] legs = new @Nullable Device[STREAMS + 1];
        for (int port = 0; port <= STREAMS; port++) {
            membership[port] = VlanMembership.access(10);
            counters[port] = new PortCounters(WORKERS);
        }
        for (int stream = 0; stream < STREAMS; stream++) {
            MemoryLink link = new MemoryLink("in" + stream, 256, 128, 0);
            Device device = link.device(stream);
            links.add(link);
            legs[stream] = device;
            queues.add(new HeldQueue(device.receiveQueues().getFirst(), seed + stream));
        }
        legs[SINK] = sink;
        return Snapshots.of(1, membership, legs, counters);
    }

    /** Streams of numbered frames, in trains with pauses in which queues fall asleep. */
    private final class Sender {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final Thread thread = new Thread(this::run);
        /** Frames by stream; to be read when it has stopped. */
        final long[] sent = new long[STREAMS];

        Sender() {
            thread.start();
        }

        void stop() throws InterruptedException {
            stop.set(true);
            thread.join();
        }

        private void run() {
            Random random = new Random(seed + 1);
            List<byte[]> frames = new ArrayList<>();
            for (int stream = 0; stream < STREAMS; stream++) {
                frames.add(Frames.untagged(SINK_MAC, "02:00:00:00:00:0" + stream));
            }
            while (!stop.get()) {
                int stream = random.nextInt(STREAMS);
                for (int train = 1 + random.nextInt(64); train > 0; train--) {
                    send(stream, frames.get(stream));
                }
                if (random.nextInt(8) == 0) {
                    spin(random.nextInt(150_000));
                }
            }
        }

        private void send(int stream, byte[] frame) {
            ByteBuffer.wrap(frame).order(ByteOrder.nativeOrder()).putLong(NUMBER_OFFSET, sent[stream]);
            if (links.get(stream).send(frame, 0)) {
                sent[stream]++;
            }
        }
    }

    private static void spin(long ns) {
        long untilNs = System.nanoTime() + ns;
        while (System.nanoTime() < untilNs) {
            Thread.onSpinWait();
        }
    }
}
