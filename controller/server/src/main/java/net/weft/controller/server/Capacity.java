package net.weft.controller.server;

import java.util.List;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Position;

/** Whether the memory of this process is enough for a configuration, so that a large one is refused before it could harm the switch. */
final class Capacity {
    /**
     * Bytes of heap that are held ready for a port: for its records, its place in the switch, and a change of all ports. 30,000 ports
     * were committed in 256 MiB, 60,000 were not carried out.
     */
    private static final long BYTES_A_PORT = 8 << 10;
    private static final long MIB = 1 << 20;

    private Capacity() {
    }

    /**
     * Checks a configuration.
     *
     * @throws RefusedException if it has more ports than fit
     */
    static void check(FabricConfig config) {
        check(config.portNames().count(), Runtime.getRuntime().maxMemory());
    }

    /** @param memory most bytes of the heap */
    static void check(long ports, long memory) {
        long most = memory / BYTES_A_PORT;
        if (ports > most) {
            throw new RefusedException(new Refusal.Invalid(List.of(new Fault(Fault.Kind.VALUE, "ports", Position.NONE,
                    "the fabric has " + ports + " ports and VPN peers, and the " + memory / MIB
                            + " MiB of memory that weft may use are enough for " + most
                            + ": start it with more, as with WEFT_JAVA_OPTS=-Xmx1g"))));
        }
    }
}
