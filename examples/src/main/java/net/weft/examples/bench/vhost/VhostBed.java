package net.weft.examples.bench.vhost;

import java.nio.file.Path;
import java.util.List;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;

/**
 * The place of each switch: a namespace, and two sockets on which the machines listen, so that every switch is the
 * client and reconnects by itself when they start anew.
 */
record VhostBed(Lab lab, Namespace fabric, boolean hugePages) {
    static final int MACHINES = 2;

    /** @param hugePages whether the memory of DPDK's programs, and so of the machines, lies on huge pages */
    static VhostBed in(Lab lab, boolean hugePages) {
        return new VhostBed(lab, lab.namespace("fabric"), hugePages);
    }

    /** DPDK's options for its memory. */
    List<String> memoryOptions() {
        return hugePages ? List.of("--in-memory", "--single-file-segments") : List.of("--no-huge");
    }

    /** @param machine 0 or 1 */
    Path socket(int machine) {
        return lab.path("machine" + machine + ".sock");
    }
}
