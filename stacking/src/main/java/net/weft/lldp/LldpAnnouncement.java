package net.weft.lldp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one port says about itself in one LLDPDU. Texts are empty and numbers 0 when they were not said.
 *
 * @param ttlSeconds how long this is true, 0 to 65535; 0 takes it back
 * @param capabilities the bits of {@link Capability} that the system has
 * @param enabledCapabilities those that are in use
 * @param portVlan the VLAN of untagged frames, 0 for none
 * @param vlans at most {@value #MAX_VLANS}
 * @param aggregation null when it was not said
 * @param maxFrameBytes the largest frame with header and check sequence
 */
public record LldpAnnouncement(LldpId chassis, LldpId port, int ttlSeconds, String portDescription, String systemName,
        String systemDescription, int capabilities, int enabledCapabilities, int portVlan, List<NamedVlan> vlans,
        @Nullable AggregationStatus aggregation, int maxFrameBytes) implements LldpMessage {
    public static final int MAX_VLANS = 16;
    private static final int MAX_TTL = 0xffff;

    public LldpAnnouncement {
        if (ttlSeconds < 0 || ttlSeconds > MAX_TTL) {
            throw new IllegalArgumentException("time to live of " + ttlSeconds + " s is not in 0-" + MAX_TTL);
        }
        if (vlans.size() > MAX_VLANS) {
            throw new IllegalArgumentException(vlans.size() + " VLANs: expected at most " + MAX_VLANS);
        }
        vlans = List.copyOf(vlans);
    }

    /** The least that can be said. */
    public static LldpAnnouncement of(LldpId chassis, LldpId port) {
        return new LldpAnnouncement(chassis, port, 0, "", "", "", 0, 0, 0, List.of(), null, 0);
    }

    public LldpAnnouncement withTtl(int seconds) {
        return new LldpAnnouncement(chassis, port, seconds, portDescription, systemName, systemDescription,
                capabilities,
                enabledCapabilities, portVlan, vlans, aggregation, maxFrameBytes);
    }

    public LldpAnnouncement withTexts(String newPortDescription, String newSystemName, String newSystemDescription) {
        return new LldpAnnouncement(chassis, port, ttlSeconds, newPortDescription, newSystemName, newSystemDescription,
                capabilities, enabledCapabilities, portVlan, vlans, aggregation, maxFrameBytes);
    }

    public LldpAnnouncement withCapabilities(int all, int enabled) {
        return new LldpAnnouncement(chassis, port, ttlSeconds, portDescription, systemName, systemDescription, all,
                enabled, portVlan, vlans, aggregation, maxFrameBytes);
    }

    public LldpAnnouncement withVlans(int newPortVlan, List<NamedVlan> newVlans) {
        return new LldpAnnouncement(chassis, port, ttlSeconds, portDescription, systemName, systemDescription,
                capabilities, enabledCapabilities, newPortVlan, newVlans, aggregation, maxFrameBytes);
    }

    public LldpAnnouncement withLink(@Nullable AggregationStatus newAggregation, int newMaxFrameBytes) {
        return new LldpAnnouncement(chassis, port, ttlSeconds, portDescription, systemName, systemDescription,
                capabilities, enabledCapabilities, portVlan, vlans, newAggregation, newMaxFrameBytes);
    }

    /** Whether both come from the same port of the same chassis: the MSAP identifier (IEEE 802.1AB-2016, 6.6.2). */
    boolean sameSource(LldpAnnouncement other) {
        return chassis.equals(other.chassis) && port.equals(other.port);
    }
}
