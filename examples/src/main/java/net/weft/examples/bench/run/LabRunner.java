package net.weft.examples.bench.run;

import java.io.IOException;
import net.weft.examples.lab.Lab;

/** Runs work in laboratories one after the other; each is taken down completely before the next, also after Ctrl-C. */
public final class LabRunner {
    private static final long TEAR_DOWN_LIMIT_MS = 60_000;

    /** Work in a laboratory. */
    @FunctionalInterface
    public interface Work {
        void in(Lab lab) throws IOException, InterruptedException;
    }

    private final Thread main = Thread.currentThread();
    private volatile boolean stopping;
    private volatile boolean finished;

    /** Opens a laboratory, does the work, takes the laboratory down. Called on the thread that made this runner. */
    public void run(Work work) throws IOException, InterruptedException {
        Lab lab = Lab.open("bench");
        try {
            work.in(lab);
        } finally {
            takeDown(lab);
        }
    }

    /** Waits for programs, and must not be cut short: {@link #stop} interrupts before or after, not meanwhile. */
    private synchronized void takeDown(Lab lab) {
        boolean interrupted = Thread.interrupted();
        lab.close();
        if (interrupted) {
            main.interrupt();
        }
    }

    public boolean isStopping() {
        return stopping;
    }

    /** Says that the main thread has no laboratory left and ends by itself, so that {@link #stop} need not wait for it. */
    public void finish() {
        finished = true;
    }

    /** On Ctrl-C, from another thread: aborts the work and takes down its laboratory; returns when that is done. */
    public void stop() {
        if (finished) {
            return;
        }
        stopping = true;
        synchronized (this) {
            main.interrupt();
        }
        try {
            main.join(TEAR_DOWN_LIMIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
