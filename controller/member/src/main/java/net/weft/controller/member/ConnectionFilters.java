package net.weft.controller.member;

import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.NetworkName;
import net.weft.controller.model.yaml.value.Prefixes;
import net.weft.packet.IpProtocol;
import net.weft.v1.ConnectionFilter;
import net.weft.v1.ListNamesRequest.Kind;
import net.weft.zone.Prefix;
import net.weft.zone.track.ConnectionRow;
import net.weft.zone.track.Connections;
import org.jspecify.annotations.Nullable;

/** Converts filters and values of connections between the form of the API and that of the switch. */
final class ConnectionFilters {
    private static final Pattern PROTOCOL = Pattern.compile("(?:proto/)?([0-9]{1,3})");
    private static final int MAX_PROTOCOL = 255;
    private static final int MAX_SERVICE = 65_535;

    private ConnectionFilters() {
    }

    /**
     * Converts a filter.
     *
     * @throws IllegalArgumentException if a field is out of range or names an object that does not exist
     */
    static Predicate<ConnectionRow> of(ConnectionFilter filter, MemberAgent.Desired desired) {
        ZoneDirectory directory = new ZoneDirectory(desired.zoning());
        Predicate<ConnectionRow> common = new net.weft.zone.track.ConnectionFilter(vlan(filter, desired.config()),
                filter.getZone().isEmpty() ? null : directory.zoneNumber(filter.getZone()), port(filter, desired),
                filter.getProtocol().isEmpty() ? null : protocol(filter.getProtocol()), address(filter.getAddress()),
                service(filter), filter.getPolicy().isEmpty() ? null : directory.policyNumber(filter.getPolicy()),
                state(filter.getState()))::matches;
        OptionalInt from = zone(filter.getFrom(), directory);
        OptionalInt to = zone(filter.getTo(), directory);
        return common.and(row -> (from.isEmpty() || from.getAsInt() == row.from())
                && (to.isEmpty() || to.getAsInt() == row.to()));
    }

    private static OptionalInt zone(String name, ZoneDirectory directory) {
        return name.isEmpty() ? OptionalInt.empty() : OptionalInt.of(directory.zoneNumber(name));
    }

    private static @Nullable Integer vlan(ConnectionFilter filter, FabricConfig config) {
        if (filter.getNetwork().isEmpty()) {
            if (filter.getVlan() != 0
                    && !NameInspection.of(config, Kind.VLAN).contains(Integer.toString(filter.getVlan()))) {
                throw new IllegalArgumentException("there is no VLAN " + filter.getVlan());
            }
            return filter.getVlan() == 0 ? null : filter.getVlan();
        }
        String[] name = filter.getNetwork().split("/", 2);
        int vlan = config.network(new NetworkName(name[0], name.length < 2 ? "" : name[1]))
                .orElseThrow(() -> new IllegalArgumentException("there is no network " + filter.getNetwork())).vlan();
        if (filter.getVlan() != 0 && filter.getVlan() != vlan) {
            throw new IllegalArgumentException(
                    "network " + filter.getNetwork() + " is VLAN " + vlan + ", not " + filter.getVlan());
        }
        return vlan;
    }

    private static @Nullable Integer port(ConnectionFilter filter, MemberAgent.Desired desired) {
        if (filter.getPort().isEmpty()) {
            return null;
        }
        if (desired.config().port(filter.getPort()).isEmpty()) {
            throw new IllegalArgumentException("there is no port " + filter.getPort());
        }
        return desired.numbers().of(filter.getPort());
    }

    private static @Nullable Integer service(ConnectionFilter filter) {
        int service = filter.getService();
        if (service < 0 || service > MAX_SERVICE) {
            throw new IllegalArgumentException("service " + Integer.toUnsignedString(service) + ": expected 1 to "
                    + MAX_SERVICE);
        }
        return service == 0 ? null : service;
    }

    private static @Nullable String state(String text) {
        if (!text.isEmpty() && !Connections.states().contains(text)) {
            throw new IllegalArgumentException(
                    "state " + text + ": expected one of " + String.join(", ", Connections.states()));
        }
        return text.isEmpty() ? null : text;
    }

    private static @Nullable Prefix address(String text) {
        return text.isEmpty()
                ? null
                : Prefixes.parse(text).orElseThrow(() -> new IllegalArgumentException("address " + text
                        + ": expected an address or a prefix (such as 10.10.0.11, 10.10.0.0/24 or fd00:10::/64)"));
    }

    private static int protocol(String text) {
        Matcher number = PROTOCOL.matcher(text);
        int value = switch (text) {
            case "tcp" -> IpProtocol.TCP;
            case "udp" -> IpProtocol.UDP;
            case "sctp" -> IpProtocol.SCTP;
            case "icmp" -> IpProtocol.ICMP;
            case "icmpv6" -> IpProtocol.ICMPV6;
            default -> number.matches() ? Integer.parseInt(number.group(1)) : MAX_PROTOCOL + 1;
        };
        if (value > MAX_PROTOCOL) {
            throw new IllegalArgumentException(
                    "protocol " + text + ": expected tcp, udp, sctp, icmp, icmpv6 or proto/N (0-255)");
        }
        return value;
    }

    /** Returns the name of an IP protocol, such as {@code tcp} or {@code proto/47}. */
    static String protocol(int protocol) {
        return switch (protocol) {
            case IpProtocol.TCP -> "tcp";
            case IpProtocol.UDP -> "udp";
            case IpProtocol.SCTP -> "sctp";
            case IpProtocol.ICMP -> "icmp";
            case IpProtocol.ICMPV6 -> "icmpv6";
            default -> "proto/" + protocol;
        };
    }

    /**
     * Returns an endpoint, {@code 10.10.0.11:40000} or {@code [fd00::1]:40000}; without the port if the protocol has
     * none.
     */
    static String endpoint(ConnectionRow row, boolean source) {
        String address = source
                ? Prefix.address(row.sourceHigh(), row.sourceLow(), !row.isIpv6())
                : Prefix.address(row.destinationHigh(), row.destinationLow(), !row.isIpv6());
        if (!IpProtocol.hasPorts(row.protocol())) {
            return address;
        }
        return (row.isIpv6() ? "[" + address + "]" : address) + ":"
                + (source ? row.sourcePort() : row.destinationPort());
    }
}
