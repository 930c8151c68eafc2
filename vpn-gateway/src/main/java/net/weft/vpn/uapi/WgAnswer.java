package net.weft.vpn.uapi;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.weft.vpn.GatewaySpec;
import net.weft.vpn.PeerSpec;
import net.weft.vpn.PeerStatus;
import net.weft.vpn.SecretStore;
import net.weft.zone.Prefix;

/** Writes the answer to {@code get}. */
final class WgAnswer {
    private final SecretStore secrets;
    private final StringBuilder text = new StringBuilder();

    WgAnswer(SecretStore secrets) {
        this.secrets = secrets;
    }

    /** @param vlan the network that is asked for, whose tenant gets no secret; 0: all, with private and preshared keys */
    String of(GatewaySpec gateway, int vlan, List<PeerStatus> peers) {
        if (vlan == 0) {
            line("private_key", secret(gateway.privateKey()));
            line("listen_port", Integer.toString(gateway.listen()));
        }
        peers.stream().filter(peer -> vlan == 0 || peer.spec().vlan() == vlan).forEach(peer -> peer(peer, vlan == 0));
        return text.toString();
    }

    private String secret(String name) {
        byte[] key = secrets.read(name);
        try {
            return HexFormat.of().formatHex(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private void peer(PeerStatus peer, boolean withSecrets) {
        PeerSpec spec = peer.spec();
        line("public_key", HexFormat.of().formatHex(spec.publicKey().bytes()));
        String presharedKey = withSecrets ? spec.presharedKey() : null;
        line("preshared_key", presharedKey == null ? "0".repeat(64) : secret(presharedKey));
        line("protocol_version", "1");
        if (!peer.endpoint().isEmpty()) {
            line("endpoint", peer.endpoint());
        }
        Instant handshake = peer.lastHandshake() == null ? Instant.EPOCH : peer.lastHandshake();
        line("last_handshake_time_sec", Long.toString(handshake.getEpochSecond()));
        line("last_handshake_time_nsec", Integer.toString(handshake.getNano()));
        line("tx_bytes", Long.toString(peer.sentBytes()));
        line("rx_bytes", Long.toString(peer.receivedBytes()));
        line("persistent_keepalive_interval", Integer.toString(spec.keepaliveSeconds()));
        spec.ips().forEach(this::allowed);
        spec.allowedIps().forEach(this::allowed);
    }

    private void allowed(Prefix prefix) {
        line("allowed_ip", Prefix.address(prefix.high(), prefix.low(), prefix.isIpv4()) + "/"
                + (prefix.isIpv4() ? prefix.bits() - 96 : prefix.bits()));
    }

    private void line(String key, String value) {
        text.append(key).append('=').append(value).append('\n');
    }
}
