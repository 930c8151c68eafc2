package net.weft.examples.bench.vhost;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** testpmd as the back end: every frame of one ring goes into the other, unread. */
record TestpmdWire(Testpmd testpmd) implements VhostSwitch {
    static VhostSwitch start(VhostBed bed) {
        List<String> devices = new ArrayList<>();
        for (int machine = 0; machine < VhostBed.MACHINES; machine++) {
            devices.add("net_vhost" + machine + ",iface=" + bed.socket(machine) + ",client=1");
        }
        Testpmd testpmd = bed.lab().closing(
                Testpmd.start(bed, "wire", PROCESSOR, devices, List.of("-a")));
        return new TestpmdWire(testpmd);
    }

    @Override
    public Optional<ProcessHandle> process() {
        return Optional.of(testpmd.handle());
    }

    @Override
    public List<String> configuration() {
        return List.of(testpmd.commandLine());
    }

    @Override
    public String account() {
        return "";
    }
}
