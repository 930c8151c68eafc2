package net.weft.controller.model.yaml.bind;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Advice on wrong input: an example of each shape, and Weft's word for keys and port types of other switches. */
final class Advice {
    private static final Map<String, String> EXAMPLES = Map.ofEntries(
            Map.entry("ports", "ports: {web1: {type: tap, device: weft0, access: 10}}"),
            Map.entry("members", "members: {1: {priority: 200}}"),
            Map.entry("tenants", "tenants: {acme: {networks: {web: {vlan: 10}}}}"),
            Map.entry("networks", "networks: {web: {vlan: 10}}"), Map.entry("zones", "zones: {dmz: {intra: allow}}"),
            Map.entry("policies", "policies: [{name: web, from: [dmz], to: [data], match: [tcp/443], action: allow}]"),
            Map.entry("trunk", "trunk: {allowed: [10, 20-29], native: 10}"), Map.entry("allowed", "allowed: [10, 20-29]"),
            Map.entry("rate-limit", "rate-limit: {ingress: 100mbit, egress: 1gbit}"),
            Map.entry("subnets", "subnets: [10.10.0.0/24]"), Map.entry("cpus", "cpus: [2, 3]"),
            Map.entry("workers", "workers: {cpus: [2, 3]}"),
            Map.entry("export", "export: {ipfix: {collector: \"192.0.2.9:4739\"}}"),
            Map.entry("ipfix", "ipfix: {collector: \"192.0.2.9:4739\"}"),
            Map.entry("sflow", "sflow: {collector: \"192.0.2.9:6343\"}"),
            Map.entry("connections", "connections: {total: 100000}"), Map.entry("timeouts", "timeouts: {udp: 30s}"),
            Map.entry("mirror-to", "mirror-to: probe"), Map.entry("mac", "mac: [\"02:00:00:00:0a:01\"]"),
            Map.entry("ips", "ips: [10.10.0.11]"));
    /** Port keys of Open vSwitch, Linux bridges, Proxmox and libvirt, with Weft's keys. */
    private static final Map<String, String> PORT_KEYS = Map.ofEntries(Map.entry("tag", "access: VID"),
            Map.entry("vlan", "access: VID"), Map.entry("vid", "access: VID"), Map.entry("pvid", "access: VID"),
            Map.entry("tags", "trunk: {allowed: [VID, ...]}"), Map.entry("trunks", "trunk: {allowed: [VID, ...]}"),
            Map.entry("vlans", "trunk: {allowed: [VID, ...]}"), Map.entry("vids", "trunk: {allowed: [VID, ...]}"),
            Map.entry("vlan_mode", "access: VID, or trunk: {allowed: [VID, ...], native: VID}"),
            Map.entry("native-vlan", "trunk: {allowed: [VID, ...], native: VID}"),
            Map.entry("interface", "device"), Map.entry("iface", "device"), Map.entry("ifname", "device"),
            Map.entry("path", "socket"), Map.entry("vhost-server-path", "socket, with mode: client"),
            Map.entry("firewall", "guard: strict, and policies between zones"), Map.entry("macaddr", "mac"),
            Map.entry("mac-address", "mac"), Map.entry("ip", "ips"), Map.entry("mtu_request", "mtu"),
            Map.entry("rate", "rate-limit: {ingress: 100mbit, egress: 100mbit}"));
    private static final Map<String, String> PORT_TYPES = Map.ofEntries(Map.entry("internal", "tap"),
            Map.entry("tun", "tap"), Map.entry("tuntap", "tap"), Map.entry("veth", "nic"), Map.entry("system", "nic"),
            Map.entry("ethernet", "nic"), Map.entry("eth", "nic"), Map.entry("physical", "nic"), Map.entry("bond", "nic"),
            Map.entry("afpacket", "nic"), Map.entry("af_packet", "nic"), Map.entry("netdev", "nic"),
            Map.entry("dpdkvhostuserclient", "vhost-user, with mode: client"),
            Map.entry("dpdkvhostuser", "vhost-user, with mode: server"), Map.entry("vhostuser", "vhost-user"),
            Map.entry("vhost", "vhost-user"), Map.entry("virtio", "vhost-user"), Map.entry("socket", "qemu"));
    /** A key and its value without a space between: {@code access:10}. */
    private static final Pattern RUN_TOGETHER = Pattern.compile("([a-z][a-z0-9-]*):(\\S.*)?");

    private Advice() {
    }

    /** Returns {@code "; write it as in trunk: …"}, or an empty string if there is no example. */
    static String example(String key) {
        return Optional.ofNullable(EXAMPLES.get(key)).map(example -> "; write it as in " + example).orElse("");
    }

    /** Returns {@code "; Weft's word is …"} for a port key of another switch. */
    static Optional<String> portKey(String foreign) {
        return Optional.ofNullable(PORT_KEYS.get(foreign)).map(ours -> "; Weft's word is " + ours);
    }

    /** Returns {@code "; Weft's word is …"} for a port type of another switch, or an empty string. */
    static String portType(String foreign) {
        return Optional.ofNullable(PORT_TYPES.get(foreign)).map(ours -> "; Weft's word is " + ours).orElse("");
    }

    /** Returns how to write a key and value that lack the space behind the colon; empty for any other text. */
    static Optional<String> runTogether(String text) {
        Matcher word = RUN_TOGETHER.matcher(text);
        return word.matches() && word.group(2) != null && !text.contains("://") && word.group(2).length() < 40
                ? Optional.of("; a space is missing behind the colon: " + word.group(1) + ": " + word.group(2))
                : Optional.empty();
    }
}
