package net.weft.examples.bench;

import java.util.List;
import java.util.Optional;
import net.weft.examples.lab.Namespace;

/**
 * The kernel's bridge with its default settings, except that the packet filter is bypassed where br_netfilter is
 * loaded.
 */
record BridgeCandidate(List<String> configuration) implements Candidate {
    static Candidate start(Bed bed) {
        List<String> commands = List.of(
                "sysctl -e -q -w net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0"
                        + " net.bridge.bridge-nf-call-arptables=0",
                "ip link add name br0 type bridge", "ip link set dev a master br0", "ip link set dev b master br0",
                "ip link set dev br0 up");
        Namespace fabric = bed.fabric();
        commands.forEach(command -> fabric.run(command.split(" ")).orThrow());
        return new BridgeCandidate(commands);
    }

    @Override
    public Optional<ProcessHandle> process() {
        return Optional.empty();
    }
}
