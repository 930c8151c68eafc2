package net.weft.examples.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.OvsPeer;

/**
 * Open vSwitch with its userspace datapath. Without TSO its packet sockets carry finished frames only, so checksums and segmentation are
 * switched off on the cables, as its own test-suite does; with {@code userspace-tso-enable} both stay on. Ports of this kind
 * are polled by its main thread, never by PMD threads, so that there is no PMD to tune; the whole process is bound to the switches' processor.
 */
record OvsCandidate(OvsPeer peer, List<String> configuration) implements Candidate {
    static Candidate start(Bed bed, boolean tso, int vlan) {
        List<String> commands = new ArrayList<>();
        for (Host host : List.of(bed.a(), bed.b())) {
            offloads(bed.fabric(), host.cable(), tso, commands);
            offloads(host.namespace(), "eth0", tso, commands);
        }
        OvsPeer peer = OvsPeer.start(bed.lab(), bed.fabric(), tso);
        String[] settings = vlan == 0 ? new String[0] : new String[]{"tag=" + vlan};
        peer.add(bed.a().cable(), settings);
        peer.add(bed.b().cable(), settings);
        commands.addAll(peer.commands());
        if (bed.conditions().pinned()) {
            bed.fabric().run("taskset", "-a", "-c", "-p", Integer.toString(bed.conditions().switchCpu()),
                    Long.toString(peer.handle().pid())).orThrow();
            commands.add("taskset -a -c -p " + bed.conditions().switchCpu() + " $(pidof ovs-vswitchd)");
        }
        return new OvsCandidate(peer, commands);
    }

    private static void offloads(Namespace namespace, String device, boolean tso, List<String> commands) {
        List<String> command = tso
                ? List.of("ethtool", "-K", device, "sg", "on", "tso", "on")
                : List.of("ethtool", "-K", device, "tx", "off");
        namespace.run(command.toArray(String[]::new)).orThrow();
        commands.add(String.join(" ", command) + (device.equals("eth0") ? "  # in the host" : ""));
    }

    @Override
    public Optional<ProcessHandle> process() {
        return Optional.of(peer.handle());
    }

    @Override
    public String account() {
        return peer.inspect("dpif-netdev/pmd-stats-show");
    }
}
