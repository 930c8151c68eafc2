package net.weft.vswitch.worker;

/** Writes down faults of Weft's own that a worker has survived, the first {@value #LOGGED} of them. One thread. */
final class FaultCounter {
    private static final System.Logger LOG = System.getLogger(Worker.class.getName());
    private static final int LOGGED = 20;

    private final int worker;
    private int faults;

    FaultCounter(int worker) {
        this.worker = worker;
    }

    void report(String what, Throwable fault) {
        if (faults++ < LOGGED) {
            LOG.log(System.Logger.Level.ERROR, "worker " + worker + ": " + what + "; please report this", fault);
        }
    }
}
