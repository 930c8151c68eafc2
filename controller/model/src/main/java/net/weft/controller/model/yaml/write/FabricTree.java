package net.weft.controller.model.yaml.write;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.ExportConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MemberConfig;
import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.ProtectionConfig;
import net.weft.controller.model.SocketAccess;
import net.weft.controller.model.TenantConfig;
import net.weft.controller.model.WorkerConfig;
import net.weft.controller.model.ZoneConfig;
import net.weft.controller.model.yaml.bind.FabricBinder;
import net.weft.controller.model.yaml.bind.MembershipBinder;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.value.BitRate;
import net.weft.controller.model.yaml.value.TimeSpan;

/** Converts records to the tree that {@link FabricBinder} would bind to them. Keys with their default are left out. */
public final class FabricTree {
    private FabricTree() {
    }

    public static Node.Mapping of(FabricConfig config) {
        Node.Mapping root = fabric(config);
        Node.Mapping members = Node.Mapping.empty();
        config.members().values().forEach(member -> members.add(Integer.toString(member.id()), member(member)));
        root.add("members", members);
        if (!config.tenants().isEmpty()) {
            Node.Mapping tenants = Node.Mapping.empty();
            config.tenants().values().forEach(tenant -> tenants.add(tenant.name(), tenant(tenant)));
            root.add("tenants", tenants);
        }
        scoped(root, config.zones(), config.policies());
        Node.Mapping ports = Node.Mapping.empty();
        Node.Mapping lags = Node.Mapping.empty();
        config.ports().values().forEach(port -> (port.device() instanceof DeviceConfig.Lag ? lags : ports)
                .add(port.name(), port(port)));
        root.add("ports", ports);
        if (!lags.entries().isEmpty()) {
            root.add("lags", lags);
        }
        if (!config.vpn().isEmpty()) {
            root.add("vpn", VpnTree.vpn(config.vpn()));
        }
        return root;
    }

    /** Adds the zones and policies of the fabric or of a tenant. */
    private static void scoped(Node.Mapping keys, Map<String, ZoneConfig> zones, List<PolicyConfig> policies) {
        if (!zones.isEmpty()) {
            Node.Mapping named = Node.Mapping.empty();
            zones.forEach((name, zone) -> named.add(name, ZoneTree.zone(zone)));
            keys.add("zones", named);
        }
        if (!policies.isEmpty()) {
            keys.add("policies", list(policies.stream().map(ZoneTree::named).toList()));
        }
    }

    /** Returns the keys of the fabric itself. */
    static Node.Mapping fabric(FabricConfig config) {
        Node.Mapping fabric = Node.Mapping.empty().add("fabric", Node.Scalar.of(config.name()));
        config.systemMac().ifPresent(mac -> fabric.add("system-mac", Node.Scalar.of(mac.toString())));
        Node.Mapping export = export(config.export());
        if (!export.entries().isEmpty()) {
            fabric.add("export", export);
        }
        Node.Mapping connections = ZoneTree.connections(config.connections());
        if (!connections.entries().isEmpty()) {
            fabric.add("connections", connections);
        }
        if (!config.stack().isProtected()) {
            fabric.add("stack", Node.Mapping.empty().add("link-protection", Node.Scalar.of("none")));
        }
        return fabric;
    }

    private static Node.Mapping export(ExportConfig export) {
        Node.Mapping keys = Node.Mapping.empty();
        export.ipfix().ifPresent(ipfix -> {
            Node.Mapping own = exported(ipfix.collector(), ipfix.sampling());
            time(own, "active-timeout", ipfix.activeSeconds(), ExportConfig.Ipfix.DEFAULT_ACTIVE_SECONDS);
            time(own, "idle-timeout", ipfix.idleSeconds(), ExportConfig.Ipfix.DEFAULT_IDLE_SECONDS);
            keys.add("ipfix", own);
        });
        export.sflow().ifPresent(sflow -> {
            Node.Mapping own = exported(sflow.collector(), sflow.sampling());
            time(own, "counter-interval", sflow.counterSeconds(), ExportConfig.Sflow.DEFAULT_COUNTER_SECONDS);
            sflow.agent().ifPresent(text(own, "agent"));
            keys.add("sflow", own);
        });
        return keys;
    }

    private static Node.Mapping exported(ExportConfig.Endpoint collector, int sampling) {
        Node.Mapping keys = Node.Mapping.empty().add("collector", Node.Scalar.of(collector.toString()));
        return sampling == ExportConfig.DEFAULT_SAMPLING ? keys : keys.add("sampling", Node.Scalar.of(sampling));
    }

    private static void time(Node.Mapping keys, String key, int seconds, int otherwise) {
        if (seconds != otherwise) {
            keys.add(key, Node.Scalar.of(TimeSpan.text(seconds)));
        }
    }

    static Node.Mapping member(MemberConfig member) {
        Node.Mapping keys = Node.Mapping.empty();
        member.priority().ifPresent(priority -> keys.add("priority", Node.Scalar.of(priority)));
        member.management().ifPresent(text(keys, "management"));
        Node.Mapping workers = Node.Mapping.empty();
        if (!member.workers().cpus().isEmpty()) {
            workers.add("cpus", list(member.workers().cpus().stream().map(cpu -> Node.Scalar.of(cpu)).toList()));
        }
        if (member.workers().poll() != WorkerConfig.DEFAULT.poll()) {
            workers.add("poll", word(member.workers().poll()));
        }
        if (!workers.entries().isEmpty()) {
            keys.add("workers", workers);
        }
        return keys;
    }

    private static Node.Mapping tenant(TenantConfig tenant) {
        Node.Mapping networks = Node.Mapping.empty();
        tenant.networks().values().forEach(network -> networks.add(network.name().network(), network(network)));
        Node.Mapping keys = Node.Mapping.empty().add("networks", networks);
        scoped(keys, tenant.zones(), tenant.policies());
        return keys;
    }

    static Node.Mapping network(NetworkConfig network) {
        Node.Mapping keys = Node.Mapping.empty().add("vlan", Node.Scalar.of(network.vlan()));
        if (!network.subnets().isEmpty()) {
            keys.add("subnets", list(network.subnets().stream().map(Node.Scalar::of).toList()));
        }
        network.zone().ifPresent(text(keys, "zone"));
        if (!network.nextHops().isEmpty()) {
            keys.add("next-hop", list(network.nextHops().stream().map(Object::toString).map(Node.Scalar::of).toList()));
        }
        if (!network.peerMulticast().isEmpty()) {
            keys.add("peer-multicast", list(network.peerMulticast().stream().sorted()
                    .map(protocol -> Node.Scalar.of(protocol.name().toLowerCase(Locale.ROOT))).toList()));
        }
        if (network.querier()) {
            keys.add("querier", Node.Scalar.of(true));
        }
        return keys;
    }

    static Node.Mapping port(PortConfig port) {
        Node.Mapping keys = Node.Mapping.empty();
        boolean isLag = port.device() instanceof DeviceConfig.Lag;
        if (port.member() != 1 && !isLag) {
            keys.add("member", Node.Scalar.of(port.member()));
        }
        if (!isLag) {
            keys.add("type", Node.Scalar.of(port.device().type()));
        }
        device(port.device(), keys);
        membership(port.membership(), keys);
        ZoneTree.zones(port.zones(), keys);
        ZoneTree.guard(port.guard(), keys);
        port.macLimit().ifPresent(limit -> keys.add("mac-limit", Node.Scalar.of(limit)));
        port.mtu().ifPresent(mtu -> keys.add("mtu", Node.Scalar.of(mtu)));
        protection(port.protection(), keys);
        port.mirror().ifPresent(mirror -> keys.add("mirror-to", mirror.vlan().isEmpty()
                ? Node.Scalar.of(mirror.port())
                : Node.Mapping.empty().add("port", Node.Scalar.of(mirror.port())).add("vlan",
                        Node.Scalar.of(mirror.vlan().getAsInt()))));
        if (!port.enabled()) {
            keys.add("enabled", Node.Scalar.of(false));
        }
        port.description().ifPresent(text(keys, "description"));
        port.link().portPriority().ifPresent(priority -> keys.add("port-priority", Node.Scalar.of(priority)));
        port.link().lldp().ifPresent(lldp -> keys.add("lldp", Node.Scalar.of(lldp)));
        return keys;
    }

    static void protection(ProtectionConfig protection, Node.Mapping keys) {
        protection.stormLimit().ifPresent(limit -> keys.add("storm-limit",
                limit == ProtectionConfig.NO_STORM_LIMIT ? Node.Scalar.of("off") : Node.Scalar.of(limit)));
        Node.Mapping rates = Node.Mapping.empty();
        protection.ingressRate().ifPresent(rate -> rates.add("ingress", Node.Scalar.of(BitRate.text(rate))));
        protection.egressRate().ifPresent(rate -> rates.add("egress", Node.Scalar.of(BitRate.text(rate))));
        if (!rates.entries().isEmpty()) {
            keys.add("rate-limit", rates);
        }
        if (protection.bpdu() != ProtectionConfig.Bpdu.DROP) {
            keys.add("bpdu", word(protection.bpdu()));
        }
        if (!protection.loopProbes()) {
            keys.add("loop-probes", Node.Scalar.of("off"));
        }
        if (protection.macMove() != ProtectionConfig.MacMove.TELL) {
            keys.add("mac-move", word(protection.macMove()));
        }
        if (!protection.passed().isEmpty()) {
            keys.add("pass", list(protection.passed().stream().sorted().map(FabricTree::word).toList()));
        }
    }

    private static void device(DeviceConfig device, Node.Mapping keys) {
        switch (device) {
            case DeviceConfig.Tap tap -> {
                keys.add("device", Node.Scalar.of(tap.interfaceName()));
                if (tap.persist()) {
                    keys.add("persist", Node.Scalar.of(true));
                }
            }
            case DeviceConfig.Nic nic -> {
                keys.add("device", Node.Scalar.of(nic.interfaceName()));
                if (nic.shareWithHost()) {
                    keys.add("share-with-host", Node.Scalar.of(true));
                }
            }
            case DeviceConfig.QemuStream stream -> {
                keys.add("transport", Node.Scalar.of("stream")).add("socket", Node.Scalar.of(stream.socket()));
                keys.add("mode", word(stream.mode()));
                access(stream.access(), keys);
            }
            case DeviceConfig.QemuDgram dgram -> {
                keys.add("transport", Node.Scalar.of("dgram")).add("local", Node.Scalar.of(dgram.local()));
                keys.add("remote", Node.Scalar.of(dgram.remote()));
                access(dgram.access(), keys);
            }
            case DeviceConfig.Udp udp -> keys.add("local", Node.Scalar.of(udp.local().toString())).add("remote",
                    Node.Scalar.of(udp.remote().toString()));
            case DeviceConfig.Lag lag -> LagTree.settings(lag.settings(), keys);
            case DeviceConfig.Pcap pcap -> keys.add("device", Node.Scalar.of(pcap.interfaceName()));
            case DeviceConfig.PcapFiles files -> {
                files.read().ifPresent(text(keys, "read"));
                files.write().ifPresent(text(keys, "write"));
                if (files.loop()) {
                    keys.add("loop", Node.Scalar.of(true));
                }
                if (files.speed().isEmpty()) {
                    keys.add("speed", Node.Scalar.of("max"));
                } else if (files.speed().getAsInt() != 1) {
                    keys.add("speed", Node.Scalar.of(files.speed().getAsInt()));
                }
            }
            case DeviceConfig.VhostUser vhost -> {
                keys.add("socket", Node.Scalar.of(vhost.socket())).add("mode", word(vhost.mode()));
                if (vhost.queues() != 1) {
                    keys.add("queues", Node.Scalar.of(vhost.queues()));
                }
                if (vhost.anyMemoryFile()) {
                    keys.add("memory", Node.Scalar.of("any-file"));
                }
                if (vhost.requireSealedMemory()) {
                    keys.add("require-sealed-memory", Node.Scalar.of(true));
                }
                access(vhost.access(), keys);
            }
            case DeviceConfig.WireGuard _ -> {
                // stands under vpn
            }
        }
    }

    private static void access(SocketAccess access, Node.Mapping keys) {
        access.owner().ifPresent(text(keys, "socket-owner"));
        access.group().ifPresent(text(keys, "socket-group"));
        if (access.mode() != SocketAccess.DEFAULT_MODE) {
            keys.add("socket-mode", Node.Scalar.of(access.modeText()));
        }
    }

    private static void membership(MembershipConfig membership, Node.Mapping keys) {
        switch (membership) {
            case MembershipConfig.Network network -> keys.add("network", Node.Scalar.of(network.name().toString()));
            case MembershipConfig.Stack _ -> keys.add("role", Node.Scalar.of("stack"));
            case MembershipConfig.None _,MembershipConfig.Leg _ -> {
                // nothing to write
            }
            case MembershipConfig.Access access -> keys.add("access", Node.Scalar.of(access.vid()));
            case MembershipConfig.Tunnel tunnel -> keys.add("dot1q-tunnel", Node.Scalar.of(tunnel.vid()));
            case MembershipConfig.Trunk trunk -> {
                Node.Mapping trunkKeys = Node.Mapping.empty().add("allowed",
                        list(Stream.of(trunk.allowed().toString().split(",")).map(FabricTree::vlans).toList()));
                trunk.nativeVlan().ifPresent(vid -> trunkKeys.add("native", Node.Scalar.of(vid)));
                keys.add("trunk", trunkKeys);
                if (trunk.tunnelTpid() != MembershipConfig.Trunk.TUNNEL_TPIDS.getFirst()) {
                    keys.add("tunnel-tpid", Node.Scalar.of(MembershipBinder.hex(trunk.tunnelTpid())));
                }
            }
        }
    }

    /** Returns a VLAN ID as a number, and a range as a text. */
    private static Node.Scalar vlans(String item) {
        return item.contains("-") ? Node.Scalar.of(item) : Node.Scalar.of(Integer.parseInt(item));
    }

    private static Consumer<String> text(Node.Mapping keys, String key) {
        return text -> keys.add(key, Node.Scalar.of(text));
    }

    private static Node.Scalar word(Enum<?> value) {
        return Node.Scalar.of(value.name().toLowerCase(Locale.ROOT));
    }

    static Node.Sequence list(List<? extends Node> items) {
        return new Node.Sequence(List.copyOf(items), Position.NONE);
    }
}
