package net.weft.examples.bench.vhost;

import java.util.Set;
import net.weft.examples.bench.run.Quantity;

/** Something to be measured of a switch between virtual machines: it starts the machines, and ends them. */
interface VhostMeasure {
    /** Those that it means something for. */
    Set<Peer> peers();

    /** Sentences that its numbers need. */
    String note();

    /** Measures once. */
    void run(VhostBed bed, VhostSwitch running, Window window, Recorder record) throws InterruptedException;

    /** Traffic runs for {@code warmUpSeconds} unmeasured, then for {@code seconds} measured. */
    record Window(int warmUpSeconds, int seconds) {
    }

    /** Takes what was measured, of one switch in one round. */
    interface Recorder {
        void number(Quantity quantity, double value);

        /** A sentence for the report, once however often it is said. */
        void note(String sentence);
    }
}
