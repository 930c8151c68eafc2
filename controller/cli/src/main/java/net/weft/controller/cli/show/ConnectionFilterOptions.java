package net.weft.controller.cli.show;

import net.weft.v1.ConnectionFilter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that select connections. */
final class ConnectionFilterOptions {
    private static final int MAX_VLAN = 4094;
    private static final int MAX_SERVICE = 65_535;

    @Option(names = "--network", paramLabel = "TENANT/NAME", description = "only of this network")
    private @Nullable String network;
    @Option(names = "--vlan", paramLabel = "VID", description = "only in this VLAN")
    private @Nullable Integer vlan;
    @Option(names = "--zone", paramLabel = "ZONE", description = "only with this zone on either side")
    private @Nullable String zone;
    @Option(names = "--from", paramLabel = "ZONE", description = "only begun from this zone")
    private @Nullable String from;
    @Option(names = "--to", paramLabel = "ZONE", description = "only begun to this zone")
    private @Nullable String to;
    @Option(names = "--port", paramLabel = "NAME", description = "only begun by this port of the switch")
    private @Nullable String port;
    @Option(names = "--protocol", paramLabel = "PROTOCOL", description = "only tcp, udp, sctp, icmp, icmpv6 or proto/N")
    private @Nullable String protocol;
    @Option(names = "--address", paramLabel = "ADDRESS", description = "only with this address or prefix on either side")
    private @Nullable String address;
    @Option(names = "--service", paramLabel = "NUMBER", description = "only with this TCP or UDP port on either side")
    private @Nullable Integer service;
    @Option(names = "--state", paramLabel = "STATE", description = "only in this state, such as established or unreplied")
    private @Nullable String state;
    @Option(names = "--policy", paramLabel = "NAME", description = "only those that this policy allowed")
    private @Nullable String policy;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /**
     * Returns the filter.
     *
     * @throws ParameterException if the value of an option is empty or out of range
     */
    ConnectionFilter filter() {
        return ConnectionFilter.newBuilder().setNetwork(text("--network", network))
                .setVlan(number("--vlan", vlan, MAX_VLAN)).setZone(text("--zone", zone)).setFrom(text("--from", from))
                .setTo(text("--to", to)).setPort(text("--port", port)).setProtocol(text("--protocol", protocol))
                .setAddress(text("--address", address)).setService(number("--service", service, MAX_SERVICE))
                .setState(text("--state", state)).setPolicy(text("--policy", policy)).build();
    }

    /**
     * Returns the value, or an empty text if the option is absent. An empty value is refused, so that an empty variable
     * in a script does not select every connection.
     */
    private String text(String option, @Nullable String value) {
        if (value == null) {
            return "";
        }
        if (value.isEmpty()) {
            throw new ParameterException(spec.commandLine(), option + " is empty; leave it out for any");
        }
        return value;
    }

    /** Returns the value, or 0 if the option is absent. */
    private int number(String option, @Nullable Integer value, int most) {
        if (value == null) {
            return 0;
        }
        if (value < 1 || value > most) {
            throw new ParameterException(spec.commandLine(), option + " " + value + ": expected 1 to " + most);
        }
        return value;
    }
}
