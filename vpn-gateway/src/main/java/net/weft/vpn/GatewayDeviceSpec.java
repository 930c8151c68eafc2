package net.weft.vpn;

import net.weft.vswitch.device.DeviceSpec;

/**
 * The UDP socket of a gateway.
 *
 * @param gateway name of the gateway
 * @param listen UDP port, 1-65535
 */
public record GatewayDeviceSpec(String gateway, int listen) implements DeviceSpec {
    /** The type that users see. */
    public static final String TYPE = "wireguard";

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String label() {
        return "udp " + listen;
    }
}
