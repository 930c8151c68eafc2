package net.weft.vswitch.protocol;

import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.port.PortSpec;

/**
 * Decides which end of a loop is shut: by role, and by number only among equals. A probe is no secret on the wire, so
 * an accomplice elsewhere may relay it to a guest; then the guest's port is shut and not the uplink.
 */
final class LoopEnds {
    /** The roles, in the order in which they are shut. */
    private enum Role {
        /** A guest's port or an access port. */
        GUEST,
        /** A tunnel port, with a customer's network behind it. */
        TUNNEL,
        /** A trunk or LAG, with other switches behind it. */
        TRUNK
    }

    private LoopEnds() {
    }

    /** Returns the end that is shut. */
    static ProtocolPort victim(ProtocolPort sender, ProtocolPort receiver) {
        int order = role(sender.spec()).compareTo(role(receiver.spec()));
        if (order == 0) {
            return sender.number() > receiver.number() ? sender : receiver;
        }
        return order < 0 ? sender : receiver;
    }

    /** Returns whether other switches are behind a port: a trunk that is no guest's, or a LAG. */
    static boolean isTrunk(PortSpec port) {
        return role(port) == Role.TRUNK;
    }

    private static Role role(PortSpec port) {
        if (isGuest(port.device())) {
            return Role.GUEST;
        }
        if (port.device() instanceof DeviceSpec.Attached) {
            return Role.TRUNK;
        }
        return port.membership().isTunnel() ? Role.TUNNEL : port.membership().isAccess() ? Role.GUEST : Role.TRUNK;
    }

    private static boolean isGuest(DeviceSpec device) {
        return device instanceof DeviceSpec.VhostUser || device instanceof DeviceSpec.QemuStream
                || device instanceof DeviceSpec.QemuDgram || device instanceof DeviceSpec.Tap;
    }
}
