package net.weft.controller.model.revision;

import java.util.Map;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PortConfig;

/**
 * The numbers of ports. A port has its number from the revision in which its name first appears, and keeps it whatever
 * the order of the file and whichever member it moves to. A removed port keeps its number in case its name comes back;
 * only when all {@value #MAX} are assigned does a new port take over the number of a removed one.
 *
 * @param byName numbers 1-{@value #MAX} by the name of the port, no two alike, removed ports included
 */
public record PortNumbers(Map<String, Integer> byName) {
    /** The highest number: LACP has 16 bits for a port number, and 0 means none (IEEE 802.1AX §6.3.4). */
    public static final int MAX = 65_535;
    public static final PortNumbers NONE = new PortNumbers(Map.of());

    public PortNumbers {
        byName = Map.copyOf(byName);
    }

    /** Returns the number of a port; 0 if the name has none. */
    public int of(String port) {
        return byName.getOrDefault(port, 0);
    }

    /**
     * Returns the interface name of a port as {@code member/slot/port}, such as {@code 1/0/3}; LAGs ({@code 0/1/7})
     * and peers ({@code 0/2/8}) are of no single member.
     */
    public String interfaceName(PortConfig port) {
        String slot = switch (port.device()) {
            case DeviceConfig.Lag _ -> "0/1/";
            case DeviceConfig.WireGuard _ -> "0/2/";
            default -> port.member() + "/0/";
        };
        return slot + of(port.name());
    }

    /**
     * Returns the numbers with one assigned to every port of the configuration; new numbers ascend in its order.
     *
     * @throws IllegalArgumentException if there are more than {@value #MAX} ports
     */
    public PortNumbers assign(FabricConfig config) {
        return new PortNumbers(Numbering.assign(byName, config.portNames().toList(), 1, MAX, "ports"));
    }
}
