package net.weft.controller.cli.show;

import java.util.List;
import net.weft.v1.ListVpnPeersRequest;
import net.weft.v1.VpnPeer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "vpn", mixinStandardHelpOptions = true, sortOptions = false, description = "The peers of the VPN gateways, and when each was heard last.", footer = {
        "", "States: connected (a session is there), idle (it was heard before), never, disabled, expired, revoked.",
        "-o json has more: state, allowed-ips, expires, mac, gateway-key.", "", "Examples:", "  weft show vpn",
        "  weft show vpn --gateway office -o json"})
final class ShowVpn implements Runnable {
    private static final List<Column<VpnPeer>> COLUMNS = List.of(Column.of("gateway", VpnPeer::getGateway),
            Column.of("peer", VpnPeer::getPeer), Column.of("public-key", VpnPeer::getPublicKey),
            Column.of("endpoint", VpnPeer::getEndpoint), Column.of("ips", VpnPeer::getIpsList),
            Column.of("network", VpnPeer::getNetwork), Column.of("zone", VpnPeer::getZone),
            Column.of("last-handshake", VpnPeer::getLastHandshake), Column.of("rx-bytes", VpnPeer::getRxBytes),
            Column.of("tx-bytes", VpnPeer::getTxBytes), Column.of("state", VpnPeer::getState),
            Column.detail("allowed-ips", VpnPeer::getAllowedIpsList), Column.detail("expires", VpnPeer::getExpires),
            Column.detail("mac", VpnPeer::getMac), Column.detail("gateway-key", VpnPeer::getGatewayKey));

    @Option(names = "--gateway", paramLabel = "NAME", description = "only the peers of this gateway")
    private String gateway = "";
    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        ListVpnPeersRequest request = ListVpnPeersRequest.newBuilder().setGateway(gateway).build();
        options.show(COLUMNS, client -> client.vpn(vpn -> vpn.listVpnPeers(request)).getPeersList());
    }
}
