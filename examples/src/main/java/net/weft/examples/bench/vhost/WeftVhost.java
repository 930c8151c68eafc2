package net.weft.examples.bench.vhost;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.weft.examples.lab.WeftProcess;

/** {@code ./weft up} with two vhost-user ports, access to one VLAN. It sleeps when idle, as by default. The machines send back whatever they hear,
 * so loop probes, which would find a loop, are off. */
record WeftVhost(WeftProcess weft, String fabric) implements VhostSwitch {
    /** The number of lines of a configuration that are printed. */
    private static final int MOST_LINES = 12;

    static VhostSwitch start(VhostBed bed) {
        String fabric = """
                fabric: benchmark
                members: {1: {workers: {cpus: [%1$d]}}}
                ports:
                  a: {type: vhost-user, socket: %3$s, mode: client, access: %2$d, loop-probes: off}
                  b: {type: vhost-user, socket: %4$s, mode: client, access: %2$d, loop-probes: off}
                """.formatted(PROCESSOR, VLAN, bed.socket(0), bed.socket(1));
        return new WeftVhost(WeftProcess.start(bed.lab(), bed.fabric(), fabric), fabric);
    }

    /**
     * Starts it with each port in a zone of its own and bound to its addresses; the last of the policies allows the
     * measured traffic.
     *
     * @param policies number of policies
     */
    static VhostSwitch startZoned(VhostBed bed, int policies) {
        StringBuilder fabric = new StringBuilder(
                """
                        fabric: benchmark
                        members: {1: {workers: {cpus: [%1$d]}}}
                        zones: {left: {}, right: {}}
                        ports:
                          a: {type: vhost-user, socket: %3$s, mode: client, access: %2$d, zone: left, mac: ["%5$s"], shared-ips: [198.18.0.0/16], loop-probes: off}
                          b: {type: vhost-user, socket: %4$s, mode: client, access: %2$d, zone: right, mac: ["%6$s"], shared-ips: [198.18.0.0/16], loop-probes: off}
                        policies:
                        """
                        .formatted(PROCESSOR, VLAN, bed.socket(0), bed.socket(1), LoopGenerator.ADDRESSES.get(0),
                                LoopGenerator.ADDRESSES.get(1)));
        for (int n = 1; n < policies; n++) {
            fabric.append(
                    """
                              - {name: p%1$d, from: [%2$s], to: [%3$s], match: [tcp/%1$d], source: [10.%4$d.%5$d.0/24], action: allow}
                            """
                            .formatted(n, n % 2 == 0 ? "left" : "right", n % 2 == 0 ? "right" : "left", n / 256,
                                    n % 256));
        }
        fabric.append("  - {name: measured, from: [left, right], to: [left, right], match: [udp/9], action: allow}\n");
        return new WeftVhost(WeftProcess.start(bed.lab(), bed.fabric(), fabric.toString()), fabric.toString());
    }

    @Override
    public Optional<ProcessHandle> process() {
        return Optional.of(weft.handle());
    }

    @Override
    public List<String> configuration() {
        List<String> lines = fabric.lines().toList();
        return lines.size() <= MOST_LINES
                ? lines
                : Stream.of(lines.subList(0, MOST_LINES), List.of("... (" + lines.size() + " lines)"),
                        lines.subList(lines.size() - 1, lines.size())).flatMap(List::stream).toList();
    }

    @Override
    public String account() {
        return weft.weft("show", "ports", "-o", "wide").out() + weft.weft("show", "workers").out()
                + weft.weft("show", "drops").out();
    }
}
