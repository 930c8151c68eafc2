package net.weft.examples.jmh;

import java.util.concurrent.TimeUnit;
import net.weft.examples.lab.FrontEndRing;
import net.weft.examples.lab.VhostFrontEnd;
import net.weft.linux.Memory;
import net.weft.linux.Socket;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.device.vhost.MemoryRules;
import net.weft.vswitch.device.vhost.VhostConnection;
import net.weft.vswitch.device.vhost.VhostUserDevice;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From guest ring to guest ring on one thread, one more stage with each method, so that a difference of two methods is
 * the cost of a stage. Two guests are set up over sockets as QEMU does it; a full burst holds frames of one flow, as in
 * the testpmd loop. The time is that of one frame, the guests' own part included. Frames are made so that the
 * forwarding code stops where the stage ends.
 * <p>
 * Rings are polled: nobody kicks. Nothing is closed, because the forked JVM ends with the benchmark.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OperationsPerInvocation(Burst.CAPACITY)
public class VhostStagesBenchmark {
    private static final int COUNT = Burst.CAPACITY;
    private static final int VID = 10;
    private static final int MTU = 1500;
    private static final byte SENDER = 1;
    private static final byte RECEIVER = 2;
    private static final byte BESIDE_SENDER = 3;
    private static final byte NOBODY = 0;
    private static final int GROUP = 3;
    private static final int INDIVIDUAL = 2;

    /** Bytes of a frame in memory. */
    @Param({"64", "1514"})
    public int frameBytes;

    private final VhostFrontEnd[] guests = new VhostFrontEnd[2];
    private final InlineSwitch fabric = new InlineSwitch();
    private final Burst burst = new Burst();
    @SuppressWarnings("NullAway.Init")
    private FrontEndRing sending;
    @SuppressWarnings("NullAway.Init")
    private FrontEndRing receiving;
    @SuppressWarnings("NullAway.Init")
    private ReceiveQueue queue;
    private long senderMemory;
    private long receiverMemory;
    private byte prepared = -1;
    private int bareSent;
    private int bareReceived;

    /** Sets both guests up in one VLAN, with their MAC addresses learned. */
    @Setup
    public void wire() throws InterruptedException {
        VhostUserDevice[] devices = new VhostUserDevice[guests.length];
        for (int guest = 0; guest < guests.length; guest++) {
            Socket[] pair = Socket.pair(Socket.SOCK_STREAM);
            VhostConnection connection = new VhostConnection("guest" + guest, pair[0], guest, 1, MTU,
                    MemoryRules.DEFAULT, false, () -> {
                    });
            guests[guest] = new VhostFrontEnd(pair[1]);
            devices[guest] = await(connection);
            fabric.port("guest" + guest, devices[guest], VlanMembership.access(VID), MTU);
        }
        sending = guests[0].sending();
        receiving = guests[1].receiving();
        queue = devices[0].receiveQueues().getFirst();
        senderMemory = sending.buffer(0) - Memory.getLong(sending.descriptor(0));
        receiverMemory = receiving.buffer(0) - Memory.getLong(receiving.descriptor(0));
        introduce(0, BESIDE_SENDER);
        introduce(0, SENDER);
        introduce(1, RECEIVER);
        int early = receiving.waiting();
        receiving.take(early);
        receiving.publish(early);
        bareSent = sending.published();
        bareReceived = receiving.taken();
    }

    private static VhostUserDevice await(VhostConnection connection) throws InterruptedException {
        VhostUserDevice device = connection.takeDevice();
        while (device == null) {
            TimeUnit.MILLISECONDS.sleep(1);
            device = connection.takeDevice();
        }
        return device;
    }

    private void introduce(int guest, byte station) {
        guests[guest].send(frame(NOBODY, INDIVIDUAL, station));
        fabric.run();
    }

    private byte[] frame(byte destination, int sourceKind, byte source) {
        byte[] frame = new byte[frameBytes];
        frame[0] = INDIVIDUAL;
        frame[5] = destination;
        frame[6] = (byte) sourceKind;
        frame[11] = source;
        frame[12] = 8;
        return frame;
    }

    /** Writes such a frame into every buffer of the sending ring. */
    private void prepare(byte destination, int sourceKind) {
        if (prepared != destination) {
            byte[] frame = frame(destination, sourceKind, SENDER);
            for (int position = 0; position < FrontEndRing.SIZE; position++) {
                guests[0].write(position, frame);
            }
            prepared = destination;
        }
    }

    private void publish() {
        if (sending.room() < COUNT) {
            throw new IllegalStateException("the sender's buffers did not come back");
        }
        sending.publish(COUNT);
    }

    private void take() {
        if (receiving.waiting() != COUNT) {
            throw new IllegalStateException("the receiver got " + receiving.waiting() + " frames of " + COUNT);
        }
        receiving.take(COUNT);
        receiving.publish(COUNT);
    }

    private static void giveBack(FrontEndRing ring, int position) {
        Memory.putLong(ring.used() + 4 + 8L * (position & FrontEndRing.SIZE - 1), position & FrontEndRing.SIZE - 1);
    }

    private static void show(FrontEndRing ring, int position) {
        Memory.putShortRelease(ring.used() + 2, (short) position);
    }

    /** The cost of the sending guest alone: it publishes buffers, and receives them back. */
    @Benchmark
    public int sender() {
        publish();
        for (int n = sending.taken(); n < sending.published(); n++) {
            giveBack(sending, n);
        }
        show(sending, sending.published());
        return COUNT;
    }

    /** The cost of both guests. */
    @Benchmark
    public int guests() {
        sender();
        int to = receiving.taken() + COUNT;
        for (int n = receiving.taken(); n < to; n++) {
            giveBack(receiving, n);
        }
        show(receiving, to);
        take();
        return COUNT;
    }

    /** Copies from ring to ring without reading or checking anything. */
    @Benchmark
    public int bareLoop() {
        prepare(RECEIVER, INDIVIDUAL);
        publish();
        int end = Memory.getShortAcquire(sending.available() + 2);
        for (; (short) bareSent != end; bareSent++, bareReceived++) {
            int from = entry(sending, bareSent);
            int to = entry(receiving, bareReceived);
            long source = sending.descriptor(from);
            int bytes = Memory.getInt(source + 8);
            Memory.copy(senderMemory + Memory.getLong(source),
                    receiverMemory + Memory.getLong(receiving.descriptor(to)), bytes);
            used(sending, bareSent, from, 0);
            used(receiving, bareReceived, to, bytes);
        }
        show(receiving, bareReceived);
        show(sending, bareSent);
        take();
        return COUNT;
    }

    private static int entry(FrontEndRing ring, int position) {
        return Memory.getShort(ring.available() + 4 + 2L * (position & FrontEndRing.SIZE - 1));
    }

    private static void used(FrontEndRing ring, int position, int id, int bytes) {
        Memory.putLong(ring.used() + 4 + 8L * (position & FrontEndRing.SIZE - 1), (long) bytes << 32 | id);
    }

    private void receive() {
        publish();
        burst.clear();
        int count = queue.receive(burst, COUNT);
        if (count != COUNT) {
            throw new IllegalStateException("received " + count + " frames of " + COUNT);
        }
    }

    /**
     * Fetches descriptors, checks them against the memory table, and returns them: chains too short for a header carry
     * no frame.
     */
    @Benchmark
    public int fetch() {
        if (prepared != NOBODY) {
            for (int position = 0; position < FrontEndRing.SIZE; position++) {
                sending.length(position, VhostFrontEnd.HEADER_BYTES - 1);
            }
            prepared = NOBODY;
        }
        receive();
        queue.release();
        return COUNT;
    }

    /** Also copies the head of each frame and reads its virtio-net header. */
    @Benchmark
    public int gather() {
        prepare(RECEIVER, INDIVIDUAL);
        receive();
        queue.release();
        return COUNT;
    }

    private void forward() {
        receive();
        fabric.forward(burst);
        queue.release();
    }

    /** Also checks tag, membership and addresses: frames from a group address are dropped there. */
    @Benchmark
    public int parse() {
        prepare(RECEIVER, GROUP);
        forward();
        return COUNT;
    }

    /**
     * Also learns the source and looks the destination up: frames to a MAC address of the same port are dropped there.
     */
    @Benchmark
    public int lookUp() {
        prepare(BESIDE_SENDER, INDIVIDUAL);
        forward();
        return COUNT;
    }

    /** Also writes into the other guest's ring: all that Weft does with a frame. */
    @Benchmark
    public int whole() {
        prepare(RECEIVER, INDIVIDUAL);
        forward();
        take();
        return COUNT;
    }
}
