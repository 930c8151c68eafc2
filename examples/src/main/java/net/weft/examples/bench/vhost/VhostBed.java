package net.weft.examples.bench.vhost;

import java.nio.file.Path;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;

/**
 * The place of each switch: a namespace, and two sockets on which the machines listen, so that every switch is the
 * client and reconnects by itself when they start anew.
 */
record VhostBed(Lab lab, Namespace fabric) {
    static final int MACHINES = 2;

    static VhostBed in(Lab lab) {
        return new VhostBed(lab, lab.namespace("fabric"));
    }

    /** @param machine 0 or 1 */
    Path socket(int machine) {
        return lab.path("machine" + machine + ".sock");
    }
}
