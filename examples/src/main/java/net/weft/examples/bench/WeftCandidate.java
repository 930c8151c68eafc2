package net.weft.examples.bench;

import java.util.List;
import java.util.Optional;
import net.weft.examples.lab.WeftProcess;

/** {@code ./weft up} with two nic ports. */
record WeftCandidate(WeftProcess weft, String fabric) implements Candidate {
    static Candidate start(Bed bed, int vlan) {
        String fabric = """
                fabric: benchmark
                %2$sports:
                  a: {type: nic, device: a, access: %1$d}
                  b: {type: nic, device: b, access: %1$d}
                """.formatted(vlan, bed.conditions().pinned()
                ? "members: {1: {workers: {cpus: [" + bed.conditions().switchCpu() + "]}}}\n"
                : "");
        return new WeftCandidate(WeftProcess.up(bed.lab(), bed.fabric(), fabric), fabric);
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
        return weft.weft("show", "ports", "-o", "wide").out();
    }
}
