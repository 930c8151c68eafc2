package net.weft.controller.model.revision;

import java.util.Map;

import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PortConfig;

/**
 * The number of each port, given when its name first appears and kept, whatever order a file has and whichever member the
 * port moves to. The name of a removed port keeps its number for the day it comes back; only when all
 * {@value #MAX} are given away does a new port take the number of a removed one.
 *
 * @param byName 1-{@value #MAX}, no two alike; removed ports among them
 */
public record PortNumbers(Map<String, Integer> byName) {
    /** LACP has 16 bits for a port number, and 0 is none (IEEE 802.1AX §6.3.4). */
    public static final int MAX = 65_535;
    public static final PortNumbers NONE = new PortNumbers(Map.of());

    public PortNumbers {
        byName = Map.copyOf(byName);
    }

    /** The number of a port; 0 if none was given to that name. */
    public int of(String port) {
        return byName.getOrDefault(port, 0);
    }

    /** {@code member/slot/port}, as in {@code 1/0/3}. */
    public String interfaceName(PortConfig port) {
        return port.member() + "/0/" + of(port.name());
    }

    /**
     * With a number for every port of the configuration; new ones ascend in its order.
     *
     * @throws IllegalArgumentException if there are more than {@value #MAX} ports
     */
    public PortNumbers assign(FabricConfig config) {
        return new PortNumbers(Numbering.assign(byName, config.ports().keySet(), 1, MAX, "ports"));
    }
}
