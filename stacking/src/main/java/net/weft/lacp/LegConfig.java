package net.weft.lacp;

import net.weft.packet.MacAddress;

/**
 * One leg of a LAG.
 *
 * @param number its LACP port number, 1 to 65535, unique in the system and never given to another leg (see {@link LegNumbers})
 * @param name the port's name, for people
 * @param priority its port priority, 0 to 65535; the lower is preferred
 * @param mac the source address of its LACPDUs
 * @param drained whether an operator has taken it out of service
 */
public record LegConfig(int number, String name, int priority, MacAddress mac, boolean drained) {
    public static final int DEFAULT_PRIORITY = 32_768;

    public LegConfig {
        Range.between("LACP port number", number, 1, 0xffff);
        Range.unsigned16("port priority", priority);
        if (mac.isMulticast()) {
            throw new IllegalArgumentException(
                    "leg " + name + ": " + mac + " is a group address: expected the port's own");
        }
    }

    public LegConfig withDrained(boolean newDrained) {
        return new LegConfig(number, name, priority, mac, newDrained);
    }
}
