package net.weft.controller.member;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.VpnGatewayConfig;
import net.weft.controller.model.ZoneConfig;
import net.weft.packet.MacWord;
import net.weft.v1.Drop;
import net.weft.v1.Export;
import net.weft.v1.ListMacsRequest;
import net.weft.v1.Mac;
import net.weft.v1.Network;
import net.weft.v1.Port;
import net.weft.v1.Vlan;
import net.weft.linux.CpuCaches;
import net.weft.v1.Worker;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.port.LegStatus;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.port.VlanCounters;
import net.weft.vswitch.protocol.AddressSightings;
import net.weft.vswitch.worker.GuestDistance;
import net.weft.vswitch.worker.WorkerStatus;
import net.weft.zone.Prefix;

/** Reads the state of the switch for the API. Any thread. */
final class Inspection {
    private final MemberAgent agent;
    private final GuestDistance guests = new GuestDistance();

    Inspection(MemberAgent agent) {
        this.agent = agent;
    }

    List<Port> ports() {
        MemberAgent.Desired desired = agent.desired();
        ZoneDirectory directory = new ZoneDirectory(desired.zoning());
        return agent.vswitch().ports().stream().map(port -> port(port, desired, directory)).toList();
    }

    private Port port(PortStatus port, MemberAgent.Desired desired, ZoneDirectory directory) {
        PortSpec spec = port.spec();
        PortCounters counters = port.counters();
        Port.Builder row = Port.newBuilder().setName(spec.name())
                .setMember(isSpread(desired, spec.name()) ? 0 : agent.member())
                .setType(spec.device().type())
                .setState(port.state())
                .setInterface(desired.config().port(spec.name()).map(desired.numbers()::interfaceName).orElse(""))
                .setNetwork(network(desired, spec.membership().untaggedVid()))
                .setZone(directory.zones(spec.zones(), spec.membership().members().size())
                        .collect(Collectors.joining(",")))
                .setGuard(spec.binding() == null || !spec.binding().isStrict() ? "off" : "strict")
                .setDevice(spec.device().label()).setVlans(spec.membership().toString()).setMtu(mtu(desired, port))
                .setMacs(port.stations()).setRxPackets(counters.rxPackets()).setTxPackets(counters.txPackets())
                .setRxBytes(counters.rxBytes()).setTxBytes(counters.txBytes()).setFlooded(counters.flooded())
                .setDropped(counters.dropped()).setPunted(counters.punted()).setCopies(counters.copies())
                .setMacMoves(counters.macMoves());
        port.legs().stream().map(LegStatus::memorySealed).filter(Objects::nonNull).reduce(Boolean::logicalAnd)
                .ifPresent(row::setMemorySealed);
        if (agent.isInRecovery()) {
            row.setState("down").setReason(PortReason.RECOVERY.label())
                    .setMessage("the store could not be read; `weft doctor` says what to do");
        } else if (!spec.enabled()) {
            row.setReason(PortReason.DISABLED.label()).setMessage("the configuration says enabled: false");
        } else if (port.failure() != null && isSpread(desired, spec.name()) && isInUse(spec.number())) {
            row.setState("up").setMessage("no leg is in use here, but at other members");
        } else if (port.failure() != null) {
            row.setReason(port.failure().reason().label()).setMessage(port.failure().message());
        }
        return row.build();
    }

    /** Returns whether a port is a LAG that has legs at several members. */
    private static boolean isSpread(MemberAgent.Desired desired, String name) {
        return desired.config().port(name).filter(desired.config()::isSpread).isPresent();
    }

    /** Returns whether legs of such a LAG are in use at any member. @param number of its port */
    private boolean isInUse(int number) {
        return agent.links().stack().map(view -> !view.topology().lags().members(number).isEmpty()).orElse(false);
    }

    /** Returns the MTU of a port; a VPN gateway enforces its own, behind a device that takes more. */
    private static int mtu(MemberAgent.Desired desired, PortStatus port) {
        VpnGatewayConfig gateway = desired.config().vpn().get(port.spec().name().split("/", 2)[0]);
        return gateway == null ? port.mtu() : gateway.mtu().orElse(VpnGatewayConfig.DEFAULT_MTU);
    }

    private static String network(MemberAgent.Desired desired, int vid) {
        return desired.config().networkOf(vid).map(NetworkConfig::name).map(Object::toString).orElse("");
    }

    List<Mac> macs(ListMacsRequest filter) {
        Map<Integer, String> names = new HashMap<>();
        agent.vswitch().ports().forEach(port -> names.put(port.spec().number(), port.spec().name()));
        List<Mac> rows = new ArrayList<>();
        Map<AddressSightings.Station, List<Prefix>> seen = agent.vswitch().protocols()
                .ask(AddressSightings.class, AddressSightings::all).orElse(Map.of());
        agent.vswitch().macs().forEach(agent.vswitch().nowSeconds(), (vid, mac, index, ageSeconds) -> {
            String port = names.get(agent.vswitch().portNumber(index));
            if (port == null || !filter.getPort().isEmpty() && !filter.getPort().equals(port)
                    || filter.getVlan() != 0 && filter.getVlan() != vid) {
                return;
            }
            String text = MacWord.format(mac);
            if (filter.getMac().isEmpty() || filter.getMac().equalsIgnoreCase(text)) {
                rows.add(Mac.newBuilder().setMac(text).setVlan(vid).setPort(port)
                        .setMember(isSpread(agent.desired(), port) ? 0 : agent.member())
                        .setAgeSeconds(Math.max(0, ageSeconds)).setType("learned")
                        .addAllAddresses(seen.getOrDefault(new AddressSightings.Station(vid, mac), List.of()).stream()
                                .map(Prefix::toString).toList())
                        .build());
            }
        });
        rows.sort(Comparator.comparingInt(Mac::getVlan).thenComparing(Mac::getMac));
        return rows;
    }

    List<Vlan> vlans() {
        MemberAgent.Desired desired = agent.desired();
        Map<Integer, Vlan.Builder> rows = new TreeMap<>();
        for (PortStatus port : agent.vswitch().ports()) {
            VlanMembership membership = port.spec().membership();
            membership.members().vids().forEach(vid -> {
                Vlan.Builder row = rows.computeIfAbsent(vid, _ -> Vlan.newBuilder().setVid(vid)
                        .setNetwork(network(desired, vid)));
                row.addPorts(port.spec().name());
                if (membership.untaggedVid() == vid) {
                    row.addUntaggedPorts(port.spec().name());
                }
            });
        }
        VlanCounters counted = agent.vswitch().vlans();
        for (int vid = 1; vid < VlanCounters.VIDS; vid++) {
            if (counted.packets(vid) > 0) {
                int of = vid;
                rows.computeIfAbsent(vid, _ -> Vlan.newBuilder().setVid(of).setNetwork(network(desired, of)))
                        .setPackets(counted.packets(vid)).setBytes(counted.bytes(vid));
            }
        }
        return rows.values().stream().map(Vlan.Builder::build).toList();
    }

    List<Drop> drops(boolean all) {
        agent.dropTimes().look();
        List<Drop> rows = new ArrayList<>();
        for (PortStatus port : agent.vswitch().ports()) {
            for (DropReason reason : DropReason.values()) {
                long ingress = port.counters().ingressDrops(reason);
                long egress = port.counters().egressDrops(reason);
                if (all || ingress + egress > 0) {
                    rows.add(Drop.newBuilder().setPort(port.spec().name()).setReason(reason.label())
                            .setPackets(ingress + egress).setMeaning(reason.meaning()).setIngress(ingress)
                            .setEgress(egress).setLast(agent.dropTimes().last(port.spec().name(), reason)
                                    .map(Instant::toString).orElse(""))
                            .build());
                }
            }
        }
        return rows;
    }

    List<Network> networks() {
        List<PortStatus> ports = agent.vswitch().ports();
        return agent.desired().config().networks().map(network -> Network.newBuilder()
                .setTenant(network.name().tenant()).setName(network.name().network()).setVlan(network.vlan())
                .addAllSubnets(network.subnets()).setZone(network.zone().orElse(ZoneConfig.NONE))
                .addAllPorts(ports.stream().filter(port -> port.spec().membership().isMember(network.vlan()))
                        .map(port -> port.spec().name()).toList())
                .build()).toList();
    }

    List<Worker> workers() {
        return agent.vswitch().workers().stream().map(worker -> Worker.newBuilder().setId(worker.id())
                .setMember(agent.member())
                .setCpu(worker.cpu()).setState(worker.stuck().isEmpty() ? pollState(worker.asleep()) : "stuck")
                .setBusyPercent(percent(worker.busy()))
                .addAllPorts(worker.ports()).setBusyNs(worker.busyNs())
                .setRxPackets(worker.counted().rxPackets()).setRxBytes(worker.counted().rxBytes())
                .setTxPackets(worker.counted().txPackets()).setTxBytes(worker.counted().txBytes())
                .setDropped(worker.counted().dropped()).setStalls(worker.stalls())
                .setFaults(worker.faults()).putAllFaultsByKind(worker.faultsByKind()).setLastFault(worker.lastFault())
                .addAllQueues(worker.queues().stream().map(queue -> queue(worker.cpu(), queue)).toList()).build())
                .toList();
    }

    List<Export> exports() {
        return agent.export().status().stream().map(export -> Export.newBuilder().setMember(agent.member())
                .setProtocol(export.protocol()).setCollector(export.collector()).setSampling(export.sampling())
                .setState(export.state()).setProblem(export.problem()).setObserved(export.observed())
                .setSamples(export.samples()).setLostSamples(export.lostSamples()).setFlows(export.flows())
                .setEvictedFlows(export.evictedFlows()).setDatagrams(export.datagrams()).setBytes(export.bytes())
                .setFailedDatagrams(export.failedDatagrams()).build()).toList();
    }

    private Worker.Queue queue(int cpu, WorkerStatus.QueueStatus queue) {
        int process = queue.peerProcess();
        CpuCaches.Distance distance = guests.of(cpu, process);
        return Worker.Queue.newBuilder().setPort(queue.port()).setIndex(queue.index())
                .setState(pollState(queue.asleep())).setLoadPercent(percent(queue.load()))
                .setFramesPerSecond(Math.round(queue.framesPerSecond())).setReason(queue.reason())
                .setDistance(distance.label()).addAllGuestCpus(guests.processors(process).stream().boxed().toList())
                .addAllNearerCpus(distance == CpuCaches.Distance.FAR
                        ? guests.nearest(process).stream().boxed().toList()
                        : List.of())
                .build();
    }

    private static String pollState(boolean asleep) {
        return asleep ? "asleep" : "polling";
    }

    /** Converts a share of 1 to percent, rounded to one decimal. */
    private static double percent(double share) {
        return Math.round(1000 * share) / 10.0;
    }
}
