package net.weft.vswitch.port;

import net.weft.vlan.VlanMembership;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.zone.AddressBinding;
import net.weft.zone.PortZones;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a port.
 * @param name name of the port, unique
 * @param number stable number, {@code 0} or more, unique, never used for another port; indices of ports are dense, so that a
 *            high number costs nothing
 * @param device the device by which the port is attached
 * @param membership VLANs of the port
 * @param enabled false keeps the device closed
 * @param mtu largest layer-3 packet in bytes ({@code 68..65535}), or 0: the device's own
 * @param macLimit maximum number of MAC addresses learned on the port, or 0: no limit
 * @param protection limits and guards that protect others from the port
 * @param mirror target of copies of its frames, or null
 * @param zones zones of the port
 * @param binding addresses that the port may use, or null for any
 */
public record PortSpec(String name, int number, DeviceSpec device, VlanMembership membership, boolean enabled, int mtu,
        int macLimit, Protection protection, @Nullable MirrorTarget mirror, PortZones zones,
        @Nullable AddressBinding binding) {
    /** Creates a port in no zone that may use any address. */
    public PortSpec(String name, int number, DeviceSpec device, VlanMembership membership, boolean enabled, int mtu,
            int macLimit, Protection protection, @Nullable MirrorTarget mirror) {
        this(name, number, device, membership, enabled, mtu, macLimit, protection, mirror, PortZones.NONE, null);
    }

    /** Creates a port without mirror. */
    public PortSpec(String name, int number, DeviceSpec device, VlanMembership membership, boolean enabled, int mtu,
            int macLimit, Protection protection) {
        this(name, number, device, membership, enabled, mtu, macLimit, protection, null);
    }

    /** Creates a port without protection. */
    public PortSpec(String name, int number, DeviceSpec device, VlanMembership membership, boolean enabled, int mtu,
            int macLimit) {
        this(name, number, device, membership, enabled, mtu, macLimit, Protection.NONE);
    }

    /** Creates an enabled port without limits. */
    public static PortSpec of(String name, int number, DeviceSpec device, VlanMembership membership) {
        return new PortSpec(name, number, device, membership, true, 0, 0);
    }

    /** Returns a copy with another protection. */
    public PortSpec with(Protection other) {
        return new PortSpec(name, number, device, membership, enabled, mtu, macLimit, other, mirror, zones,
                binding);
    }

    /** Returns a copy with another mirror target, or none. */
    public PortSpec mirroredTo(@Nullable MirrorTarget other) {
        return new PortSpec(name, number, device, membership, enabled, mtu, macLimit, protection, other,
                zones, binding);
    }

    /** Returns a copy in other zones, bound to other addresses. */
    public PortSpec zoned(PortZones others, @Nullable AddressBinding addresses) {
        return new PortSpec(name, number, device, membership, enabled, mtu, macLimit, protection, mirror, others,
                addresses);
    }

    /** Returns a copy attached by another device. */
    public PortSpec attachedTo(DeviceSpec other) {
        return new PortSpec(name, number, other, membership, enabled, mtu, macLimit, protection, mirror, zones,
                binding);
    }

    /** Returns whether the open device of one configuration can serve the other, too. */
    public boolean sameDevice(PortSpec other) {
        return number == other.number && enabled == other.enabled && mtu == other.mtu && device.equals(other.device);
    }
}
