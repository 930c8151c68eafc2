package net.weft.examples.bench.vhost;

import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import net.weft.examples.lab.VhostFrontEnd;
import net.weft.linux.CurrentThread;
import net.weft.linux.Socket;
import net.weft.linux.SocketAddress;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Two machines of this process that send to each other through the switch, both from one thread on {@link
 * LoopGenerator#PROCESSOR}. They share memory with the switch as QEMU does and poll their receive rings.
 */
final class PacedMachines implements AutoCloseable {
    /** Frames in flight in each direction without pacing: half a ring, so that none is dropped for want of room. */
    private static final long WINDOW = 512;
    private static final long CONNECT_LIMIT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long FORWARDING_LIMIT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long STRAGGLERS_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long TRIAL_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final double TRIAL_INTERVAL_NS = 1e6;
    /** Longer than the half second between two checks of Open vSwitch whether its flows are still valid. */
    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(1200);
    private static final double NOT_PACED = 0;

    private final VhostFrontEnd[] guests;
    private final PacedMachine[] machines = new PacedMachine[VhostBed.MACHINES];
    private volatile boolean stopped;

    /**
     * The result of some seconds of traffic, both directions together.
     *
     * @param packetsPerSecond packets that arrived
     * @param latencyNs from when a frame was due until the other machine received it
     * @param lateNs by how much the machines themselves were behind, once a burst
     * @param lost frames that never arrived
     * @param emptyPollsPercent percent of the machines' polls that found nothing
     */
    record Run(double packetsPerSecond, Histogram latencyNs, Histogram lateNs, long lost, double emptyPollsPercent) {
    }

    /** Listens on both sockets; returns when the switch has connected to both. */
    static PacedMachines start(VhostBed bed) throws InterruptedException {
        Socket[] listeners = new Socket[VhostBed.MACHINES];
        for (int machine = 0; machine < listeners.length; machine++) {
            listeners[machine] = Socket.open(Socket.AF_UNIX, Socket.SOCK_STREAM, 0);
            listeners[machine].bind(SocketAddress.unix(bed.socket(machine).toString()));
            listeners[machine].listen(1);
        }
        VhostFrontEnd[] guests = new VhostFrontEnd[VhostBed.MACHINES];
        for (int machine = 0; machine < listeners.length; machine++) {
            try (Socket listener = listeners[machine]) {
                guests[machine] = new VhostFrontEnd(accept(listener));
            }
        }
        return new PacedMachines(guests);
    }

    private static Socket accept(Socket listener) throws InterruptedException {
        long untilNs = System.nanoTime() + CONNECT_LIMIT_NS;
        while (System.nanoTime() - untilNs < 0) {
            Socket socket = listener.accept();
            if (socket != null) {
                return socket;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new IllegalStateException("the switch does not connect");
    }

    private PacedMachines(VhostFrontEnd[] guests) {
        this.guests = guests;
        for (int machine = 0; machine < machines.length; machine++) {
            machines[machine] = new PacedMachine(guests[machine], ProbeFrame.from(machine));
        }
    }

    /** Waits until frames arrive in both directions. */
    void awaitForwarding() throws InterruptedException {
        long untilNs = System.nanoTime() + FORWARDING_LIMIT_NS;
        do {
            if (System.nanoTime() - untilNs > 0) {
                throw new IllegalStateException("nothing comes through");
            }
            run(0, TRIAL_NS, TRIAL_INTERVAL_NS);
        } while (machines[0].received() == 0 || machines[1].received() == 0);
        run(0, SETTLE_NS, TRIAL_INTERVAL_NS);
    }

    /** Sends as many frames as the slower of machines and switch can, with none lost. */
    Run atMost(int warmUpSeconds, int seconds) throws InterruptedException {
        return run(TimeUnit.SECONDS.toNanos(warmUpSeconds), TimeUnit.SECONDS.toNanos(seconds), NOT_PACED);
    }

    /** @param packetsPerSecond the rate, both directions together */
    Run paced(double packetsPerSecond, int warmUpSeconds, int seconds) throws InterruptedException {
        return run(TimeUnit.SECONDS.toNanos(warmUpSeconds), TimeUnit.SECONDS.toNanos(seconds),
                VhostBed.MACHINES * 1e9 / packetsPerSecond);
    }

    private Run run(long warmUpNs, long measureNs, double intervalNs) throws InterruptedException {
        Traffic traffic = new Traffic(warmUpNs, measureNs, intervalNs);
        Thread thread = Thread.ofPlatform().daemon().name("machines").start(traffic);
        try {
            thread.join();
        } catch (InterruptedException e) {
            stopped = true;
            thread.join();
            throw e;
        }
        if (traffic.failure != null) {
            throw traffic.failure;
        }
        return traffic.result();
    }

    /** The machines' thread, for one run. */
    private final class Traffic implements Runnable {
        private final long warmUpNs;
        private final long measureNs;
        private final double intervalNs;
        private final Histogram latencyNs = new Histogram(3);
        private final Histogram lateNs = new Histogram(3);
        private long arrived;
        private long polls;
        private long emptyPolls;
        private long tookNs;
        private @Nullable RuntimeException failure;

        Traffic(long warmUpNs, long measureNs, double intervalNs) {
            this.warmUpNs = warmUpNs;
            this.measureNs = measureNs;
            this.intervalNs = intervalNs;
            latencyNs.setAutoResize(true);
            lateNs.setAutoResize(true);
        }

        @Override
        public void run() {
            BitSet processor = new BitSet();
            processor.set(LoopGenerator.PROCESSOR);
            CurrentThread.cpus(processor);
            try {
                circulate();
            } catch (IllegalStateException e) {
                failure = e;
            }
        }

        private void circulate() {
            long startNs = System.nanoTime();
            machines[0].schedule(startNs, intervalNs);
            machines[1].schedule(startNs + (long) (intervalNs / 2), intervalNs);
            long fromNs = startNs + warmUpNs;
            turns(fromNs, fromNs);
            long before = received();
            polls = 0;
            emptyPolls = 0;
            lateNs.reset();
            long realFromNs = System.nanoTime();
            turns(fromNs, fromNs + measureNs);
            tookNs = System.nanoTime() - realFromNs;
            arrived = received() - before;
            long lastNs = System.nanoTime() + STRAGGLERS_NS;
            while (received() < sent() && System.nanoTime() - lastNs < 0) {
                machines[0].receive(latencyNs, fromNs);
                machines[1].receive(latencyNs, fromNs);
            }
        }

        private void turns(long fromNs, long untilNs) {
            for (long nowNs = System.nanoTime(); nowNs - untilNs < 0 && !stopped; nowNs = System.nanoTime()) {
                send(machines[0], machines[1], nowNs);
                send(machines[1], machines[0], nowNs);
                for (PacedMachine machine : machines) {
                    polls++;
                    if (machine.receive(latencyNs, fromNs) == 0) {
                        emptyPolls++;
                    }
                }
            }
        }

        private void send(PacedMachine from, PacedMachine to, long nowNs) {
            long room = intervalNs == NOT_PACED ? WINDOW - (from.sent() - to.received()) : Long.MAX_VALUE;
            long late = from.send(nowNs, room);
            if (late >= 0) {
                lateNs.recordValue(late);
            }
        }

        private Run result() {
            return new Run(arrived * 1e9 / tookNs, latencyNs, lateNs, sent() - received(),
                    100.0 * emptyPolls / Math.max(1, polls));
        }

        private long sent() {
            return machines[0].sent() + machines[1].sent();
        }

        private long received() {
            return machines[0].received() + machines[1].received();
        }
    }

    @Override
    public void close() {
        for (VhostFrontEnd guest : guests) {
            guest.close();
        }
    }
}
