package net.weft.controller.member;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import net.weft.controller.model.NetworkConfig;
import net.weft.vlan.VlanId;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.export.ExportStatus;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.port.VlanCounters;
import net.weft.vswitch.worker.WorkerStatus;
import net.weft.vswitch.zoning.PolicyCounters;
import net.weft.zone.PolicyDecision;
import net.weft.zone.Zoning;
import net.weft.zone.track.ConnectionTable;

/**
 * The metrics of the switch for Prometheus. Counters are read at each scrape, where the workers write them, so that an
 * unused endpoint costs nothing.
 */
public final class SwitchMetrics {
    private static final double NANOS = 1e9;
    private static final String[] PORT_LABELS = {"port", "type", "vlan"};

    private final MemberAgent agent;
    private final VirtualSwitch vswitch;
    private final PrometheusRegistry registry = new PrometheusRegistry();

    private SwitchMetrics(MemberAgent agent) {
        this.agent = agent;
        vswitch = agent.vswitch();
        perPort("weft_port_receive_packets_total", "Frames received", PortCounters::rxPackets);
        perPort("weft_port_receive_bytes_total", "Bytes received, without frame check sequence", PortCounters::rxBytes);
        perPort("weft_port_transmit_packets_total", "Frames sent", PortCounters::txPackets);
        perPort("weft_port_transmit_bytes_total", "Bytes sent, without frame check sequence", PortCounters::txBytes);
        perPort("weft_port_flooded_packets_total", "Frames received and flooded", PortCounters::flooded);
        perPort("weft_port_punted_packets_total", "Frames received and punted to the control plane",
                PortCounters::punted);
        perPort("weft_port_copies_total", "Copies of received frames handed to other ports", PortCounters::copies);
        perPort("weft_port_missed_packets_total", "Frames lost because they were not dequeued in time",
                PortCounters::missed);
        perPort("weft_port_mac_moves_total", "Addresses that moved to the port from another", PortCounters::macMoves);
        CounterWithCallback.builder().name("weft_port_dropped_packets_total")
                .help("Frames dropped, on the way in or out, by reason; a reason that never occurred has no series")
                .labelNames("port", "type", "vlan", "direction", "reason")
                .callback(cells -> vswitch.ports().forEach(port -> drops(port, cells))).register(registry);
        gauge("weft_port_up", "1 if the port carries frames", port -> port.isUp() ? 1 : 0);
        gauge("weft_port_stations", "Addresses learned on the port", PortStatus::stations);
        perVlan("weft_vlan_packets_total", "Frames received and forwarded in the VLAN", VlanCounters::packets);
        perVlan("weft_vlan_bytes_total", "Bytes of those frames", VlanCounters::bytes);
        perWorker("weft_worker_busy_seconds_total", "Time spent on frames", worker -> worker.busyNs() / NANOS);
        perWorker("weft_worker_receive_packets_total", "Frames received by the worker",
                worker -> worker.counted().rxPackets());
        perWorker("weft_worker_transmit_packets_total", "Frames sent by the worker",
                worker -> worker.counted().txPackets());
        perWorker("weft_worker_dropped_packets_total", "Frames dropped by the worker",
                worker -> worker.counted().dropped());
        perWorker("weft_worker_stalls_total", "Turns that took longer than a millisecond", WorkerStatus::stalls);
        perWorker("weft_worker_faults_total", "Faults of Weft's own that the worker met, its replacements included",
                WorkerStatus::faults);
        CounterWithCallback.builder().name("weft_control_faults_total")
                .help("Commands and timers of the control thread that failed")
                .callback(cells -> cells.call(vswitch.controlFaults())).register(registry);
        perExport("weft_export_samples_total", "Frames sampled for a collector", ExportStatus::samples);
        perExport("weft_export_lost_samples_total", "Samples that the export was too slow for",
                ExportStatus::lostSamples);
        perExport("weft_export_evicted_flows_total", "Flows exported early because there were too many",
                ExportStatus::evictedFlows);
        perExport("weft_export_datagrams_total", "Datagrams sent to a collector", ExportStatus::datagrams);
        perExport("weft_export_failed_datagrams_total", "Datagrams that could not be sent or were refused",
                ExportStatus::failedDatagrams);
        perPolicy("weft_policy_packets_total", "Packets that the policy matched, or that belong to its connections",
                PolicyCounters.Count::packets);
        perPolicy("weft_policy_bytes_total", "Bytes of those packets", PolicyCounters.Count::bytes);
        perPolicy("weft_policy_connections_total", "Connections that the policy allowed",
                PolicyCounters.Count::connections);
        GaugeWithCallback.builder().name("weft_vlan_connections").help("Connections tracked in the VLAN")
                .labelNames("vlan", "network").callback(this::connections).register(registry);
        table("weft_connection_table_entries", "Connections tracked", ConnectionTable::size);
        table("weft_connection_table_capacity", "Capacity of the connection table", ConnectionTable::capacity);
        GaugeWithCallback.builder().name("weft_revision").help("Revision of the configuration carried out")
                .callback(cells -> cells.call(agent.desired().revision())).register(registry);
    }

    /**
     * Registers a counter per policy. Packets that no policy matched have the label {@code (none)}, which no policy can
     * have as its name.
     */
    private void perPolicy(String name, String help, ToLongFunction<PolicyCounters.Count> value) {
        counter(name, help, "policy", cells -> {
            Zoning zoning = agent.desired().zoning();
            if (zoning.isActive()) {
                zoning.policies().forEach(policy -> cells
                        .call(value.applyAsLong(vswitch.zones().counted(policy.id())), ZoneDirectory.name(policy)));
                cells.call(value.applyAsLong(vswitch.zones().counted(PolicyDecision.NO_POLICY)), "(none)");
            }
        });
    }

    private void connections(GaugeWithCallback.Callback cells) {
        ConnectionTable table = vswitch.zones().connections();
        if (table == null) {
            return;
        }
        Map<Integer, String> networks = agent.desired().config().networks()
                .collect(Collectors.toMap(NetworkConfig::vlan, network -> network.name().toString()));
        for (int vid = VlanId.MIN; vid <= VlanId.MAX; vid++) {
            int connections = table.connectionsOfVlan(vid);
            if (connections > 0 || networks.containsKey(vid)) {
                cells.call(connections, Integer.toString(vid), networks.getOrDefault(vid, ""));
            }
        }
    }

    private void table(String name, String help, ToIntFunction<ConnectionTable> value) {
        GaugeWithCallback.builder().name(name).help(help).callback(cells -> {
            ConnectionTable table = vswitch.zones().connections();
            if (table != null) {
                cells.call(value.applyAsInt(table));
            }
        }).register(registry);
    }

    private void perExport(String name, String help, ToDoubleFunction<ExportStatus> value) {
        counter(name, help, "protocol",
                cells -> agent.export().status()
                        .forEach(export -> cells.call(value.applyAsDouble(export), export.protocol())));
    }

    /** Returns a new registry with the metrics of one member's switch. */
    public static PrometheusRegistry of(MemberAgent agent) {
        PrometheusRegistry registry = new SwitchMetrics(agent).registry;
        LinkMetrics.register(agent, registry);
        return registry;
    }

    private void perPort(String name, String help, ToLongFunction<PortCounters> value) {
        CounterWithCallback.builder().name(name).help(help).labelNames(PORT_LABELS)
                .callback(cells -> vswitch.ports()
                        .forEach(port -> cells.call(value.applyAsLong(port.counters()), labels(port))))
                .register(registry);
    }

    private void counter(String name, String help, String label, Consumer<CounterWithCallback.Callback> read) {
        CounterWithCallback.builder().name(name).help(help).labelNames(label).callback(read).register(registry);
    }

    private void gauge(String name, String help, ToDoubleFunction<PortStatus> value) {
        GaugeWithCallback.builder().name(name).help(help).labelNames(PORT_LABELS).callback(cells -> vswitch.ports()
                .forEach(port -> cells.call(value.applyAsDouble(port), labels(port)))).register(registry);
    }

    /** Returns the values of the labels of a port: its name, its type, and the VLAN of its untagged frames. */
    private static String[] labels(PortStatus port) {
        int untagged = port.spec().membership().untaggedVid();
        return new String[]{port.spec().name(), port.spec().device().type(),
                untagged == 0 ? "" : Integer.toString(untagged)};
    }

    private static void drops(PortStatus port, CounterWithCallback.Callback cells) {
        String[] labels = labels(port);
        for (DropReason reason : DropReason.values()) {
            drops(cells, port.counters().ingressDrops(reason), labels, "in", reason);
            drops(cells, port.counters().egressDrops(reason), labels, "out", reason);
        }
    }

    private static void drops(CounterWithCallback.Callback cells, long count, String[] port, String direction,
            DropReason reason) {
        if (count > 0) {
            cells.call(count, port[0], port[1], port[2], direction, reason.label());
        }
    }

    /** Reads one counter of one VLAN. */
    private interface VlanCount {
        long of(VlanCounters counters, int vid);
    }

    private void perVlan(String name, String help, VlanCount count) {
        counter(name, help, "vlan", cells -> {
            VlanCounters counted = vswitch.vlans();
            for (int vid = 1; vid < VlanCounters.VIDS; vid++) {
                if (counted.packets(vid) > 0) {
                    cells.call(count.of(counted, vid), Integer.toString(vid));
                }
            }
        });
    }

    private void perWorker(String name, String help, ToDoubleFunction<WorkerStatus> value) {
        counter(name, help, "worker", cells -> vswitch.workers()
                .forEach(worker -> cells.call(value.applyAsDouble(worker), Integer.toString(worker.id()))));
    }
}
