package net.weft.controller.cli.show;

import net.weft.v1.ConnectionFilter;
import picocli.CommandLine.Option;

/** Which connections are meant. */
final class ConnectionFilterOptions {
    @Option(names = "--network", paramLabel = "TENANT/NAME", description = "only of this network")
    private String network = "";
    @Option(names = "--vlan", paramLabel = "VID", description = "only in this VLAN")
    private int vlan;
    @Option(names = "--zone", paramLabel = "ZONE", description = "only with this zone on either side")
    private String zone = "";
    @Option(names = "--from", paramLabel = "ZONE", description = "only begun from this zone")
    private String from = "";
    @Option(names = "--to", paramLabel = "ZONE", description = "only begun to this zone")
    private String to = "";
    @Option(names = "--port", paramLabel = "NAME", description = "only begun by this port of the switch")
    private String port = "";
    @Option(names = "--protocol", paramLabel = "PROTOCOL", description = "only tcp, udp, icmp, icmpv6 or proto/N")
    private String protocol = "";
    @Option(names = "--address", paramLabel = "ADDRESS", description = "only with this address or prefix on either side")
    private String address = "";
    @Option(names = "--service", paramLabel = "NUMBER", description = "only with this TCP or UDP port on either side")
    private int service;
    @Option(names = "--state", paramLabel = "STATE", description = "only in this state, such as established or unreplied")
    private String state = "";
    @Option(names = "--policy", paramLabel = "NAME", description = "only those that this policy allowed")
    private String policy = "";

    ConnectionFilter filter() {
        return ConnectionFilter.newBuilder().setNetwork(network).setVlan(vlan).setZone(zone).setFrom(from).setTo(to)
                .setPort(port).setProtocol(protocol).setAddress(address).setService(service).setState(state)
                .setPolicy(policy).build();
    }
}
