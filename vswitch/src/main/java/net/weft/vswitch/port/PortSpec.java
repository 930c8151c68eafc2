package net.weft.vswitch.port;

import net.weft.vlan.VlanMembership;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.zone.AddressBinding;
import net.weft.zone.PortZones;
import org.jspecify.annotations.Nullable;

/**
 * What a port is wished to be.
 *
 * @param name the user's name for it, unique
 * @param number stable number, {@code 0..}{@code MacTable.MAX_PORTS}{@code -1}, unique
 * @param device how it is reached
 * @param membership its VLANs
 * @param enabled false keeps the device closed
 * @param mtu largest layer-3 packet in bytes ({@code 68..65535}), or 0: the device's own
 * @param macLimit stations it may have, or 0: no limit
 * @param protection how others are kept safe from it
 * @param mirror where copies of its frames go, or null
 * @param zones in which it is
 * @param binding what it may call itself, or null for anything
 */
public record PortSpec(String name, int number, DeviceSpec device, VlanMembership membership, boolean enabled, int mtu,
        int macLimit, Protection protection, @Nullable MirrorTarget mirror, PortZones zones,
        @Nullable AddressBinding binding) {
    /** A port in no zone, that may call itself anything. */
    public PortSpec(String name, int number, DeviceSpec device, VlanMembership membership, boolean enabled, int mtu,
            int macLimit, Protection protection, @Nullable MirrorTarget mirror) {
        this(name, number, device, membership, enabled, mtu, macLimit, protection, mirror, PortZones.NONE, null);
    }

    /** A port that is not mirrored. */
    public PortSpec(String name, int number, DeviceSpec device, VlanMembership membership, boolean enabled, int mtu,
            int macLimit, Protection protection) {
        this(name, number, device, membership, enabled, mtu, macLimit, protection, null);
    }

    /** A port without protection. */
    public PortSpec(String name, int number, DeviceSpec device, VlanMembership membership, boolean enabled, int mtu,
            int macLimit) {
        this(name, number, device, membership, enabled, mtu, macLimit, Protection.NONE);
    }

    /** An enabled port without limits. */
    public static PortSpec of(String name, int number, DeviceSpec device, VlanMembership membership) {
        return new PortSpec(name, number, device, membership, true, 0, 0);
    }

    /** The same port, protected otherwise. */
    public PortSpec with(Protection other) {
        return new PortSpec(name, number, device, membership, enabled, mtu, macLimit, other, mirror, zones,
                binding);
    }

    /** The same port, with copies of its frames going there. */
    public PortSpec mirroredTo(@Nullable MirrorTarget other) {
        return new PortSpec(name, number, device, membership, enabled, mtu, macLimit, protection, other,
                zones, binding);
    }

    /** The same port in these zones, bound to these addresses. */
    public PortSpec zoned(PortZones others, @Nullable AddressBinding addresses) {
        return new PortSpec(name, number, device, membership, enabled, mtu, macLimit, protection, mirror, others,
                addresses);
    }

    /** The same port, reached otherwise. */
    public PortSpec attachedTo(DeviceSpec other) {
        return new PortSpec(name, number, other, membership, enabled, mtu, macLimit, protection, mirror, zones,
                binding);
    }

    /** Whether the same open device serves both. */
    public boolean sameDevice(PortSpec other) {
        return number == other.number && enabled == other.enabled && mtu == other.mtu && device.equals(other.device);
    }
}
