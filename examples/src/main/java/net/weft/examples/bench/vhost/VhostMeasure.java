package net.weft.examples.bench.vhost;

import java.util.Set;
import net.weft.examples.bench.run.Quantity;

/** A measurement of a switch between virtual machines: it starts the machines, and ends them. */
interface VhostMeasure {
    /** The peers that it applies to. */
    Set<Peer> peers();

    /** Sentences that explain its numbers. */
    String note();

    /** Measures once. */
    void run(VhostBed bed, VhostSwitch running, Window window, Recorder record) throws InterruptedException;

    /** Traffic runs for {@code warmUpSeconds} unmeasured, then for {@code seconds} measured. */
    record Window(int warmUpSeconds, int seconds) {
    }

    /** Receives the measured values of one switch in one round. */
    interface Recorder {
        void number(Quantity quantity, double value);

        /** Adds a sentence to the report, once however often it is given. */
        void note(String sentence);
    }
}
