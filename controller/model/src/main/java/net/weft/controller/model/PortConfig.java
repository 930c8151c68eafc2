package net.weft.controller.model;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * One port of the fabric: its device, its VLAN membership and its settings.
 *
 * @param name unique in the fabric; matches {@link Names#PATTERN}
 * @param member ID of the member that has the device
 * @param macLimit most MAC addresses learned on it, 1-{@value #MAX_MAC_LIMIT}; empty: the switch's default
 * @param mtu bytes of payload, {@value #MIN_MTU}-{@value #MAX_MTU}, without Ethernet header and tag; empty: the
 *     device's own
 * @param enabled false: the port is configured, but carries no frames
 * @param description free text on one line, at most {@value #MAX_DESCRIPTION} characters
 * @param protection storm control, rate limits and BPDU handling
 * @param mirror destination of copies of its frames; empty: none
 * @param zones security zones of its frames
 * @param guard addresses of the hosts behind it
 * @param link link protocols
 */
public record PortConfig(String name, int member, DeviceConfig device, MembershipConfig membership,
        OptionalInt macLimit, OptionalInt mtu, boolean enabled, Optional<String> description,
        ProtectionConfig protection, Optional<MirrorConfig> mirror, PortZonesConfig zones, GuardConfig guard,
        LinkConfig link) {
    public static final int MAX_MAC_LIMIT = 1_048_576;
    public static final int MIN_MTU = 68;
    public static final int MAX_MTU = 65_535;
    public static final int MAX_DESCRIPTION = 255;

    /** Creates a port with the default link protocols. */
    public PortConfig(String name, int member, DeviceConfig device, MembershipConfig membership, OptionalInt macLimit,
            OptionalInt mtu, boolean enabled, Optional<String> description, ProtectionConfig protection,
            Optional<MirrorConfig> mirror, PortZonesConfig zones, GuardConfig guard) {
        this(name, member, device, membership, macLimit, mtu, enabled, description, protection, mirror, zones, guard,
                LinkConfig.DEFAULT);
    }

    /** Creates a port without mirroring, zones of its own or a guard. */
    public PortConfig(String name, int member, DeviceConfig device, MembershipConfig membership, OptionalInt macLimit,
            OptionalInt mtu, boolean enabled, Optional<String> description, ProtectionConfig protection) {
        this(name, member, device, membership, macLimit, mtu, enabled, description, protection, Optional.empty(),
                PortZonesConfig.INHERITED, GuardConfig.NONE);
    }

    /** Returns the key of the file under which the port stands: {@code ports} or {@code lags}. */
    public String section() {
        return device instanceof DeviceConfig.Lag ? "lags" : "ports";
    }

    /** Returns whether the port is a leg of a LAG, which has the membership and settings. */
    public boolean isLeg() {
        return membership instanceof MembershipConfig.Leg;
    }

    /** Returns whether the port is a stack link. */
    public boolean isStackLink() {
        return membership instanceof MembershipConfig.Stack;
    }

    /** Returns whether LLDP is sent and received. */
    public boolean speaksLldp() {
        return !isStackLink() && link.lldp().orElse(device instanceof DeviceConfig.Nic);
    }
}
