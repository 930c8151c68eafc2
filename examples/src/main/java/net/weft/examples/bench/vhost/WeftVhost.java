package net.weft.examples.bench.vhost;

import java.util.List;
import java.util.Optional;
import net.weft.examples.lab.WeftProcess;

/** {@code ./weft up} with two vhost-user ports, access to one VLAN. It sleeps when idle, as by default. */
record WeftVhost(WeftProcess weft, String fabric) implements VhostSwitch {
    static VhostSwitch start(VhostBed bed) {
        String fabric = """
                fabric: benchmark
                members: {1: {workers: {cpus: [%1$d]}}}
                ports:
                  a: {type: vhost-user, socket: %3$s, mode: client, access: %2$d}
                  b: {type: vhost-user, socket: %4$s, mode: client, access: %2$d}
                """.formatted(PROCESSOR, VLAN, bed.socket(0), bed.socket(1));
        return new WeftVhost(WeftProcess.start(bed.lab(), bed.fabric(), fabric), fabric);
    }

    @Override
    public Optional<ProcessHandle> process() {
        return Optional.of(weft.handle());
    }

    @Override
    public List<String> configuration() {
        return fabric.lines().toList();
    }

    @Override
    public String account() {
        return weft.weft("show", "ports").out() + weft.weft("show", "workers").out() + weft.weft("show", "drops").out();
    }
}
