package net.weft.examples.bench.vhost;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.weft.examples.lab.OvsPeer;

/**
 * Open vSwitch with DPDK, one PMD thread, with its default settings: the exact-match cache (every flow fits), no
 * load-based sleeping, no transmit batching over time. Where huge pages cannot be had, {@code --legacy-mem} lets it start
 * without.
 */
record OvsDpdk(OvsPeer peer) implements VhostSwitch {
    static final List<String> NORMAL = List.of("priority=0,actions=NORMAL");

    /** The flows that send every packet through the connection tracker, in the default zone. */
    static final List<String> TRACKED = List.of("table=0,priority=10,ct_state=-trk,ip,actions=ct(table=1)",
            "table=0,priority=0,actions=NORMAL", "table=1,ct_state=+trk+new,ip,actions=ct(commit),NORMAL",
            "table=1,ct_state=+trk+est,ip,actions=NORMAL");
    static final int MEGABYTES = 1536;

    static VhostSwitch start(VhostBed bed, List<String> flows) {
        return start(bed, flows, false);
    }

    /** @param tso whether it forwards super-frames and partial checksums, which is off by default */
    static VhostSwitch start(VhostBed bed, List<String> flows, boolean tso) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("dpdk-init", "true");
        settings.put("dpdk-lcore-mask", "0x" + Integer.toHexString(1 << LoopGenerator.PROCESSOR));
        settings.put("pmd-cpu-mask", "0x" + Integer.toHexString(1 << PROCESSOR));
        settings.put("dpdk-extra", "\"" + (bed.hugePages() ? "--in-memory" : "--no-huge --legacy-mem")
                + " --no-pci --file-prefix=" + bed.fabric().name() + " -m " + MEGABYTES + "\"");
        if (tso) {
            settings.put("userspace-tso-enable", "true");
        }
        OvsPeer peer = OvsPeer.startDpdk(bed.lab(), bed.fabric(), settings);
        for (int machine = 0; machine < VhostBed.MACHINES; machine++) {
            peer.add("p" + machine, "tag=" + VLAN, "--", "set", "interface", "p" + machine,
                    "type=dpdkvhostuserclient", "options:vhost-server-path=" + bed.socket(machine));
        }
        peer.flows(flows);
        return new OvsDpdk(peer);
    }

    @Override
    public Optional<ProcessHandle> process() {
        return Optional.of(peer.handle());
    }

    @Override
    public List<String> configuration() {
        return peer.commands();
    }

    @Override
    public String account() {
        return peer.inspect("dpif-netdev/pmd-stats-show") + peer.inspect("dpctl/dump-flows")
                + peer.inspect("fdb/show", OvsPeer.BRIDGE);
    }
}
