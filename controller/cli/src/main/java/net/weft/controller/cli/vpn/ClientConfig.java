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
 * @param endpoint {@code HOST:PORT} of the gateway; with a WebSocket that of websocat on the device
 * @param webSocket URL of the gateway's WebSocket; empty: datagrams go to the gateway directly
 */
record ClientConfig(Optional<String> privateKey, Optional<String> presharedKey, List<String> addresses, String endpoint,
        Optional<String> webSocket, DescribeVpnClientResponse gateway) {
    static final String NO_KEY = "PUT-THE-PRIVATE-KEY-OF-THE-DEVICE-HERE";
    static final String NO_PRESHARED_KEY = "PUT-THE-PRESHARED-KEY-OF-THE-PEER-HERE";

    /** The address on which websocat listens on the device. */
    private static final String LOCAL = "127.0.0.1:51820";
    /** The MTU inside a WebSocket. */
    private static final int WEB_SOCKET_MTU = 1280;

    /** Returns the text of the file. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        webSocket.ifPresent(url -> text.append("# first: websocat --binary udp-listen:").append(LOCAL).append(' ')
                .append(url).append('\n'));
        text.append("[Interface]\n");
        line(text, "PrivateKey", privateKey.orElse(NO_KEY));
        line(text, "Address", String.join(", ", addresses.stream().map(ClientConfig::host).toList()));
        if (gateway.getDnsCount() > 0) {
            line(text, "DNS", String.join(", ", gateway.getDnsList()));
        }
        line(text, "MTU", Integer.toString(webSocket.isPresent() ? WEB_SOCKET_MTU : gateway.getMtu()));
        text.append("\n[Peer]\n");
        line(text, "PublicKey", gateway.getGatewayKey());
        presharedKey.ifPresent(key -> line(text, "PresharedKey", key));
        line(text, "Endpoint", webSocket.isPresent() ? LOCAL : endpoint);
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
