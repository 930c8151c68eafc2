package net.weft.controller.member;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.VpnGatewayConfig;
import net.weft.controller.model.VpnPeerConfig;
import net.weft.controller.model.VpnWebSocketConfig;
import net.weft.controller.model.revision.PortNumbers;
import net.weft.controller.model.yaml.value.Prefixes;
import net.weft.packet.MacAddress;
import net.weft.vpn.GatewayDeviceSpec;
import net.weft.vpn.GatewaySpec;
import net.weft.vpn.NetworkSpec;
import net.weft.vpn.PeerSpec;
import net.weft.vpn.WebSocketSpec;
import net.weft.vpn.packet.MulticastService;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.wireguard.PublicKey;
import net.weft.zone.AddressBinding;

/** Converts VPN gateways and their peers to the form that the gateways and the switch take. One thread. */
final class VpnSpecs {
    private final FabricConfig config;
    private final PortNumbers numbers;
    private final int member;
    private final Set<String> revoked;
    private final MacAddress systemMac;
    private final MessageDigest sha256 = sha256();
    /** The address of each port whose address was asked for. */
    private final Map<String, MacAddress> macs = new HashMap<>();

    /** @param revoked public keys that are not served, whatever the configuration says */
    VpnSpecs(FabricConfig config, PortNumbers numbers, int member, Set<String> revoked) {
        this.revoked = revoked;
        this.config = config;
        this.numbers = numbers;
        this.member = member;
        systemMac = config.systemMac().orElse(MacAddress.ZERO);
    }

    /** Returns the gateways that are active on the member. */
    private Stream<VpnGatewayConfig> active() {
        return config.vpn().values().stream().filter(gateway -> gateway.members().getFirst() == member);
    }

    List<GatewaySpec> gateways() {
        return active().map(gateway -> {
            List<VpnPeerConfig> peers = gateway.peers().values().stream().filter(this::isServed).toList();
            List<NetworkSpec> networks = peers.stream().map(VpnPeerConfig::network).distinct().map(config::network)
                    .flatMap(network -> network.stream()).map(VpnSpecs::network).toList();
            return new GatewaySpec(gateway.name(), gateway.privateKeyFile(), gateway.listen(),
                    gateway.mtu().orElse(GatewaySpec.DEFAULT_MTU), gateway.maxOfflineSeconds().orElse(0),
                    gateway.webSocket().map(VpnSpecs::webSocket).orElse(null), networks,
                    peers.stream().flatMap(peer -> peer(peer).stream()).toList());
        }).toList();
    }

    private static WebSocketSpec webSocket(VpnWebSocketConfig socket) {
        return new WebSocketSpec(socket.listen(), socket.certificateFile(), socket.certificateKeyFile(),
                socket.tokenFile());
    }

    private boolean isServed(VpnPeerConfig peer) {
        return peer.enabled() && !revoked.contains(peer.publicKey());
    }

    private static NetworkSpec network(NetworkConfig network) {
        return new NetworkSpec(network.vlan(),
                network.subnets().stream().flatMap(text -> Prefixes.parse(text).stream()).toList(),
                network.nextHops(), network.peerMulticast().stream()
                        .map(service -> MulticastService.valueOf(service.name())).collect(Collectors.toSet()));
    }

    private Optional<PeerSpec> peer(VpnPeerConfig peer) {
        return config.network(peer.network())
                .map(network -> new PeerSpec(peer.portName(), PublicKey.parse(peer.publicKey()),
                        peer.nextPublicKey().filter(key -> !revoked.contains(key)).map(PublicKey::parse).orElse(null),
                        peer.publicKeyUntil().orElse(null),
                        peer.presharedKeyFile().orElse(null), network.vlan(), mac(peer.portName()), peer.ips(),
                        peer.allowedIps(),
                        peer.keepalive().orElse(0), peer.expires().orElse(null)));
    }

    /** Returns the attachment of each gateway, which serves its own port first. */
    List<AttachmentSpec> attachments() {
        return active().map(gateway -> {
            List<String> ports = new ArrayList<>(List.of(gateway.name()));
            gateway.peers().values().stream().filter(this::isServed).map(VpnPeerConfig::portName)
                    .forEach(ports::add);
            return new AttachmentSpec(gateway.name(), new GatewayDeviceSpec(gateway.name(), gateway.listen()), ports,
                    true, 0);
        }).toList();
    }

    /** Returns the device of a gateway's or peer's port: flooded frames go to the gateway only, never to a peer. */
    static DeviceSpec device(String port, DeviceConfig.WireGuard device) {
        return new DeviceSpec.Attached(GatewayDeviceSpec.TYPE, "udp " + device.listen(), port.equals(device.gateway()));
    }

    /** Returns the addresses that a peer's port holds, whether or not the peer is connected. */
    AddressBinding binding(PortConfig port, AddressBinding declared) {
        return new AddressBinding(Set.of(mac(port.name())), declared.ips(), declared.roles(), declared.isStrict(),
                true);
    }

    /**
     * Derives the MAC address of a peer from the fabric, the gateway and the number of its port, so that it stays when the peer's key
     * changes.
     */
    private MacAddress mac(String port) {
        return macs.computeIfAbsent(port, this::derived);
    }

    private MacAddress derived(String port) {
        String gateway = port.substring(0, port.indexOf('/'));
        String text = systemMac + " vpn " + gateway + " " + numbers.of(port);
        byte[] hash = sha256.digest(text.getBytes(StandardCharsets.UTF_8));
        long value = hash[0] & 0xFC | 0x02;
        for (int i = 1; i < 6; i++) {
            value = value << 8 | hash[i] & 0xFF;
        }
        return new MacAddress(value);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
