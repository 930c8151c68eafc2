package net.weft.examples.attack;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import net.weft.examples.lab.VhostFrontEnd;
import net.weft.linux.Memory;

/**
 * Pairs of well-behaved machines that send each other numbered frames with a time stamp, a thousand a second and
 * machine, and a broadcast now and then. They record losses and delays. The work is done by a thread of its own, which
 * does nothing else.
 */
public final class Innocents implements AutoCloseable {
    static final int ATTACKER = 99;
    static final int HOSTILE_TYPE = 0x88B7;
    private static final int TYPE = 0x88B5;
    private static final int BROADCAST_TYPE = 0x88B6;
    private static final int BROADCAST = -1;
    private static final int BYTES = 256;
    private static final long PERIOD_NS = 1_000_000;
    private static final int FRAMES_PER_BROADCAST = 20;
    private static final long LAST_NS = TimeUnit.SECONDS.toNanos(2);

    private final List<VhostFrontEnd> machines = new ArrayList<>();
    private final long[] sent;
    private final long[] received;
    private final Thread thread;
    private volatile boolean ending;
    private volatile long worstNs;

    /**
     * The totals of a run.
     *
     * @param sent frames from one machine of a pair to the other
     * @param lost those of them that did not arrive
     * @param worstNs the longest delay of a frame since the last {@link #takeWorstNs}, ns
     */
    public record Account(long sent, long lost, long worstNs) {
    }

    /** Connects to ports, the first two of which are a pair, and so on. */
    public Innocents(List<Path> sockets) {
        sockets.forEach(socket -> machines.add(new VhostFrontEnd(socket)));
        sent = new long[machines.size()];
        received = new long[machines.size()];
        thread = Thread.ofPlatform().daemon().name("innocents").unstarted(this::run);
    }

    /** Starts sending, once the ports are up. */
    public void start() {
        thread.start();
    }

    static byte[] frame(int to, int from, int type, int bytes) {
        ByteBuffer frame = ByteBuffer.allocate(bytes);
        frame.put(mac(to)).put(mac(from)).putShort((short) type);
        return frame.array();
    }

    private static byte[] mac(int machine) {
        return machine == BROADCAST
                ? new byte[]{-1, -1, -1, -1, -1, -1}
                : new byte[]{2, 0, 0, 0, 0x77, (byte) machine};
    }

    private void run() {
        for (int n = 0; n < machines.size(); n++) {
            machines.get(n).send(frame(BROADCAST, n, BROADCAST_TYPE, BYTES));
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        long dueNs = System.nanoTime();
        while (!ending) {
            long nowNs = System.nanoTime();
            if (nowNs - dueNs >= 0) {
                sendAll();
                dueNs = Math.max(dueNs + PERIOD_NS, nowNs - 10 * PERIOD_NS);
            }
            receiveAll();
            LockSupport.parkNanos(PERIOD_NS / 5);
        }
        long endNs = System.nanoTime() + LAST_NS;
        while (lost() > 0 && System.nanoTime() - endNs < 0) {
            receiveAll();
            LockSupport.parkNanos(PERIOD_NS);
        }
    }

    private void sendAll() {
        for (int n = 0; n < machines.size(); n++) {
            ByteBuffer frame = ByteBuffer.wrap(frame(n ^ 1, n, TYPE, BYTES));
            frame.putLong(14, sent[n]).putLong(22, System.nanoTime());
            VhostFrontEnd machine = machines.get(n);
            if (machine.sending().room() > 2) {
                machine.send(frame.array());
            }
            sent[n]++;
            if (sent[n] % FRAMES_PER_BROADCAST == 0 && machine.sending().room() > 2) {
                machine.send(frame(BROADCAST, n, BROADCAST_TYPE, BYTES));
            }
        }
    }

    private void receiveAll() {
        for (int n = 0; n < machines.size(); n++) {
            VhostFrontEnd machine = machines.get(n);
            while (machine.receiving().waiting() > 0) {
                long frame = machine.receiving().buffer(machine.receiving().taken()) + VhostFrontEnd.HEADER_BYTES;
                if ((Memory.getShortBe(frame + 12) & 0xFFFF) == TYPE && Memory.getByte(frame + 11) == (n ^ 1)) {
                    received[n]++;
                    worstNs = Math.max(worstNs, System.nanoTime() - Memory.getLongBe(frame + 22));
                }
                machine.receive();
            }
        }
    }

    private long lost() {
        long lost = 0;
        for (int n = 0; n < machines.size(); n++) {
            lost += sent[n ^ 1] - received[n];
        }
        return lost;
    }

    /** The longest delay of a frame since the last call. */
    public long takeWorstNs() {
        long worst = worstNs;
        worstNs = 0;
        return worst;
    }

    /** Stops sending, waits for frames in flight, and returns the totals. */
    public Account end() throws InterruptedException {
        ending = true;
        thread.join();
        long all = 0;
        for (long one : sent) {
            all += one;
        }
        return new Account(all, lost(), worstNs);
    }

    @Override
    public void close() {
        ending = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        machines.forEach(VhostFrontEnd::close);
    }
}
