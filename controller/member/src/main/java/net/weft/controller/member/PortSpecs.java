package net.weft.controller.member;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.ExportConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.ProtectionConfig;
import net.weft.controller.model.SocketAccess;
import net.weft.controller.model.revision.PortNumbers;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.vhost.MemoryRules;
import net.weft.vswitch.port.LinkLocalProtocol;
import net.weft.vswitch.port.MirrorTarget;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.Protection;

/** Converts the configuration of ports to the form that the switch takes. */
final class PortSpecs {
    private PortSpecs() {
    }

    /**
     * Returns the ports of a member, in the order of the configuration, and those of the other members, with which its ports exchange frames
     * through the stack.
     */
    static List<PortSpec> of(FabricConfig config, PortNumbers numbers, int member) {
        Set<String> mirrorTargets = config.mirrorTargets();
        return config.allPorts().filter(port -> !port.isLeg() && (port.member() == member || !port.isStackLink()))
                .map(port -> config.isAt(port, member)
                        ? spec(config, port, numbers, mirrorTargets.contains(port.name()))
                        : remote(config, port, numbers, mirrorTargets.contains(port.name())))
                .toList();
    }

    /** Converts a port of another member: that member has its device, its limits and its guard. */
    private static PortSpec remote(FabricConfig config, PortConfig port, PortNumbers numbers, boolean isMirrorTarget) {
        VlanMembership membership = isMirrorTarget ? VlanMembership.none() : config.vlanMembership(port);
        ProtectionConfig wanted = port.protection();
        Protection protection = new Protection(0, 0, 0, Protection.Bpdu.valueOf(wanted.bpdu().name()), false,
                Protection.MacMove.valueOf(wanted.macMove().name()),
                wanted.passed().stream().map(protocol -> LinkLocalProtocol.valueOf(protocol.name()))
                        .collect(Collectors.toSet()));
        return new PortSpec(port.name(), numbers.of(port.name()), new DeviceSpec.Remote(
                config.isSpread(port) ? DeviceSpec.Remote.SEVERAL : port.member()), membership,
                port.enabled(), port.mtu().orElse(0), 0, protection, null);
    }

    /**
     * Converts one port.
     *
     * @param isMirrorTarget whether it is a SPAN target, which carries only copies of other ports' frames, and whose
     *     membership is unused
     */
    private static PortSpec spec(FabricConfig config, PortConfig port, PortNumbers numbers, boolean isMirrorTarget) {
        VlanMembership membership = isMirrorTarget ? VlanMembership.none() : config.vlanMembership(port);
        return new PortSpec(port.name(), numbers.of(port.name()), device(port), membership, port.enabled(),
                port.mtu().orElse(0), port.macLimit().orElse(0), protection(port, membership),
                port.mirror().map(mirror -> new MirrorTarget(numbers.of(mirror.port()), mirror.vlan().orElse(0)))
                        .orElse(null));
    }

    /**
     * Returns the protections of a port. A mirror target belongs to no VLAN, and a VPN peer is no Ethernet, so that no
     * loop leads through them.
     */
    private static Protection protection(PortConfig port, VlanMembership membership) {
        ProtectionConfig wanted = port.protection();
        return new Protection(wanted.stormLimit().orElse(Protection.DEFAULT_STORM_LIMIT),
                wanted.ingressRate().orElse(0), wanted.egressRate().orElse(0),
                Protection.Bpdu.valueOf(wanted.bpdu().name()),
                wanted.loopProbes() && !membership.members().isEmpty()
                        && !(port.device() instanceof DeviceConfig.WireGuard),
                Protection.MacMove.valueOf(wanted.macMove().name()),
                wanted.passed().stream().map(protocol -> LinkLocalProtocol.valueOf(protocol.name()))
                        .collect(Collectors.toSet()));
    }

    static DeviceSpec device(PortConfig port) {
        return switch (port.device()) {
            case DeviceConfig.Tap tap -> new DeviceSpec.Tap(tap.interfaceName(), tap.persist());
            case DeviceConfig.Nic nic -> new DeviceSpec.Nic(nic.interfaceName(), nic.shareWithHost());
            case DeviceConfig.QemuStream stream -> new DeviceSpec.QemuStream(stream.socket(),
                    stream.mode() == DeviceConfig.QemuStream.Mode.SERVER, access(stream.access()));
            case DeviceConfig.QemuDgram dgram ->
                new DeviceSpec.QemuDgram(dgram.local(), dgram.remote(), access(dgram.access()));
            case DeviceConfig.Udp udp -> new DeviceSpec.Udp(address(udp.local()), address(udp.remote()));
            case DeviceConfig.Lag _ -> new DeviceSpec.Attached("lag", port.name());
            case DeviceConfig.Pcap pcap -> new DeviceSpec.PcapLive(pcap.interfaceName());
            case DeviceConfig.PcapFiles files -> new DeviceSpec.PcapFiles(files.read().orElse(null), files.loop(),
                    files.speed().orElse(0), files.write().orElse(null));
            case DeviceConfig.WireGuard socket -> VpnSpecs.device(port.name(), socket);
            case DeviceConfig.VhostUser vhost -> new DeviceSpec.VhostUser(vhost.socket(),
                    vhost.mode() == DeviceConfig.QemuStream.Mode.SERVER, vhost.queues(), access(vhost.access()),
                    new MemoryRules(vhost.anyMemoryFile(), vhost.requireSealedMemory()));
        };
    }

    private static InetSocketAddress address(ExportConfig.Endpoint endpoint) {
        return new InetSocketAddress(InetAddress.ofLiteral(endpoint.host()), endpoint.port());
    }

    private static DeviceSpec.SocketAccess access(SocketAccess access) {
        return new DeviceSpec.SocketAccess(access.owner().orElse(null), access.group().orElse(null), access.mode());
    }
}
