package net.weft.controller.cli.vpn;

import java.util.List;
import java.util.Optional;
import net.weft.v1.DescribeVpnClientResponse;

/**
 * The configuration of a stock WireGuard client, as wg-quick and the apps read it.
 *
 * @param privateKey empty: whoever has it fills it in
 * @param presharedKey empty: the peer has none
 * @param addresses the peer's own
 * @param endpoint {@code HOST:PORT} of the gateway
 */
record ClientConfig(Optional<String> privateKey, Optional<String> presharedKey, List<String> addresses, String endpoint,
        DescribeVpnClientResponse gateway) {
    static final String NO_KEY = "PUT-THE-PRIVATE-KEY-OF-THE-DEVICE-HERE";
    static final String NO_PRESHARED_KEY = "PUT-THE-PRESHARED-KEY-OF-THE-PEER-HERE";

    /** Returns the text of the file. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[Interface]\n");
        line(text, "PrivateKey", privateKey.orElse(NO_KEY));
        line(text, "Address", String.join(", ", addresses.stream().map(ClientConfig::host).toList()));
        if (gateway.getDnsCount() > 0) {
            line(text, "DNS", String.join(", ", gateway.getDnsList()));
        }
        line(text, "MTU", Integer.toString(gateway.getMtu()));
        text.append("\n[Peer]\n");
        line(text, "PublicKey", gateway.getGatewayKey());
        presharedKey.ifPresent(key -> line(text, "PresharedKey", key));
        line(text, "Endpoint", endpoint);
        line(text, "AllowedIPs", String.join(", ", gateway.getRoutesList()));
        if (gateway.getKeepalive() > 0) {
            line(text, "PersistentKeepalive", Integer.toString(gateway.getKeepalive()));
        }
        return text.toString();
    }

    private static String host(String address) {
        return address.contains("/") ? address : address + (address.contains(":") ? "/128" : "/32");
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append(" = ").append(value).append('\n');
    }
}
