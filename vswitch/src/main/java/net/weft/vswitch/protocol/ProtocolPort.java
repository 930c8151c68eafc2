package net.weft.vswitch.protocol;

import net.weft.vswitch.port.PortSpec;

/**
 * A port as link protocols see it.
 *
 * @param index index that punted frames carry
 * @param spec the port's configuration
 */
public record ProtocolPort(int index, PortSpec spec) {
    public int number() {
        return spec.number();
    }
}
