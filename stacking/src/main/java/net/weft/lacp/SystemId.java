package net.weft.lacp;

import net.weft.packet.MacAddress;

/**
 * A LACP System Identifier (IEEE 802.1AX-2014, 6.3.2). The numerically lower one has the higher priority.
 *
 * @param priority 0 to 65535
 */
public record SystemId(int priority, MacAddress mac) implements Comparable<SystemId> {
    static final SystemId UNKNOWN = new SystemId(0, MacAddress.ZERO);

    public SystemId {
        Range.unsigned16("system priority", priority);
    }

    @Override
    public int compareTo(SystemId other) {
        int byPriority = Integer.compare(priority, other.priority);
        return byPriority != 0 ? byPriority : mac.compareTo(other.mac);
    }

    /** Priority and address, {@code 32768/02:00:00:00:00:01}. */
    @Override
    public String toString() {
        return priority + "/" + mac;
    }
}
