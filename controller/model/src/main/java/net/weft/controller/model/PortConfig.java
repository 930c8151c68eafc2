package net.weft.controller.model;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * One port of the fabric: what it is wired to and which VLANs it belongs to.
 *
 * @param name unique in the fabric; matches {@link Names#PATTERN}
 * @param member ID of the member that has the device
 * @param macLimit most MAC addresses learned on it, 1-{@value #MAX_MAC_LIMIT}; empty: the switch's default
 * @param mtu bytes of payload, {@value #MIN_MTU}-{@value #MAX_MTU}, without Ethernet header and tag; empty: the device's own
 * @param enabled false: configured, but carries nothing
 * @param description free text on one line, at most {@value #MAX_DESCRIPTION} characters
 * @param protection how others are kept safe from it
 * @param mirror where copies of its frames go; empty: nowhere
 * @param zones who may talk to it
 * @param guard what its stations may call themselves
 */
public record PortConfig(String name, int member, DeviceConfig device, MembershipConfig membership,
        OptionalInt macLimit, OptionalInt mtu, boolean enabled, Optional<String> description,
        ProtectionConfig protection, Optional<MirrorConfig> mirror, PortZonesConfig zones, GuardConfig guard) {
    public static final int MAX_MAC_LIMIT = 1_048_576;
    public static final int MIN_MTU = 68;
    public static final int MAX_MTU = 65_535;
    public static final int MAX_DESCRIPTION = 255;

    /** A port that is not mirrored and says nothing of zones and addresses. */
    public PortConfig(String name, int member, DeviceConfig device, MembershipConfig membership, OptionalInt macLimit,
            OptionalInt mtu, boolean enabled, Optional<String> description, ProtectionConfig protection) {
        this(name, member, device, membership, macLimit, mtu, enabled, description, protection, Optional.empty(),
                PortZonesConfig.INHERITED, GuardConfig.NONE);
    }
}
