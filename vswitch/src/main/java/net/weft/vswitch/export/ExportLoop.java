package net.weft.vswitch.export;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import net.weft.vswitch.observe.FrameSampling;
import net.weft.vswitch.port.PortStatus;

/**
 * The thread of one export: dequeues the sampled frames, passes them to the exporter, and sleeps briefly. The switch
 * never waits for it.
 */
final class ExportLoop implements Runnable, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ExportLoop.class.getName());
    private static final long PAUSE_NS = 5_000_000;
    private static final long TICK_NS = 1_000_000_000;
    private static final long LAST_WORDS_MILLIS = 3000;
    private static final int LOGGED_FAULTS = 5;

    private final String protocol;
    private final ExportSettings.Endpoint endpoint;
    private final FrameSampling sampling;
    private final Exporter exporter;
    private final Collector collector;
    private final Supplier<List<PortStatus>> ports;
    private final Thread thread;
    private volatile boolean running = true;
    private volatile long samples;
    private long tickedNs;
    private boolean ticked;
    private int faults;

    /** @param sampling the source of samples; closed when the export ends */
    ExportLoop(String protocol, ExportSettings.Endpoint endpoint, FrameSampling sampling, Exporter exporter,
            Collector collector, Supplier<List<PortStatus>> ports) {
        this.protocol = protocol;
        this.endpoint = endpoint;
        this.sampling = sampling;
        this.exporter = exporter;
        this.collector = collector;
        this.ports = ports;
        thread = new Thread(this, "weft-" + protocol);
        thread.setDaemon(true);
    }

    ExportLoop start() {
        thread.start();
        return this;
    }

    static Exporter.Moment now() {
        return new Exporter.Moment(System.nanoTime(), System.currentTimeMillis());
    }

    @Override
    public void run() {
        while (running) {
            try {
                if (turn(now()) == 0) {
                    LockSupport.parkNanos(PAUSE_NS);
                }
            } catch (RuntimeException e) {
                fault(e);
            }
        }
        try {
            drain(now());
            exporter.finish(now(), counts());
        } catch (RuntimeException e) {
            fault(e);
        } finally {
            collector.close();
        }
    }

    private void fault(RuntimeException e) {
        if (faults++ < LOGGED_FAULTS) {
            LOG.log(System.Logger.Level.ERROR, protocol + " export: samples were given up; please report this", e);
        }
        LockSupport.parkNanos(PAUSE_NS);
    }

    private int turn(Exporter.Moment now) {
        if (!ticked || now.ns() - tickedNs >= TICK_NS) {
            ticked = true;
            tickedNs = now.ns();
            exporter.tick(now, counts(), ports);
        }
        return drain(now);
    }

    private int drain(Exporter.Moment now) {
        int taken = sampling.drain(frame -> exporter.sampled(frame, now));
        samples = samples + taken;
        return taken;
    }

    private Exporter.Counts counts() {
        return new Exporter.Counts(sampling.observed(), sampling.lost());
    }

    /** The current status of the export. Any thread. */
    ExportStatus status() {
        return new ExportStatus(protocol, endpoint.toString(), sampling.population(), collector.problem(),
                sampling.observed(), samples, sampling.lost(), exporter.flows(), exporter.evictedFlows(),
                collector.datagrams(), collector.bytes(), collector.failed());
    }

    /** Exports what is left and stops the thread. */
    @Override
    public void close() {
        running = false;
        LockSupport.unpark(thread);
        try {
            thread.join(LAST_WORDS_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!thread.isAlive()) {
            sampling.close();
        }
    }
}
