package net.weft.examples.bench.vhost;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The kernel's bridge, without vhost: QEMU is cabled to it by tap. */
record GuestBridge(List<String> configuration) implements VhostSwitch {
    static VhostSwitch start(VhostBed bed) {
        List<String> commands = new ArrayList<>(List.of(
                "sysctl -e -q -w net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0"
                        + " net.bridge.bridge-nf-call-arptables=0",
                "ip link add name br0 type bridge", "ip link set dev br0 up"));
        for (int machine = 0; machine < VhostBed.MACHINES; machine++) {
            commands.add("ip tuntap add dev " + tap(machine) + " mode tap vnet_hdr");
            commands.add("ip link set dev " + tap(machine) + " master br0 up");
        }
        commands.forEach(command -> bed.fabric().run(command.split(" ")).orThrow());
        return new GuestBridge(List.copyOf(commands));
    }

    private static String tap(int machine) {
        return "tap" + machine;
    }

    @Override
    public Optional<ProcessHandle> process() {
        return Optional.empty();
    }

    @Override
    public List<String> card(VhostBed bed, int machine) {
        return List.of("-m", Integer.toString(GUEST_MEGABYTES), "-netdev",
                "tap,id=cable,ifname=" + tap(machine) + ",script=no,downscript=no", "-device", device(machine));
    }

    @Override
    public String account() {
        return "";
    }
}
