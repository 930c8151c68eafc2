package net.weft.vswitch.worker;

import net.weft.linux.CurrentThread;
import net.weft.linux.LinuxException;

/** Pins a worker's thread to its processor. */
final class Pinning {
    private static final System.Logger LOG = System.getLogger(Pinning.class.getName());

    private Pinning() {
    }

    /** Pins the calling thread; a failure is logged, and the thread runs on any processor. @param cpu processor, or -1 for none */
    static void pin(int worker, int cpu) {
        if (cpu >= 0) {
            try {
                CurrentThread.cpu(cpu);
            } catch (LinuxException e) {
                LOG.log(System.Logger.Level.WARNING,
                        "worker " + worker + " runs on any processor: " + e.getMessage());
            }
        }
    }
}
