package net.weft.lacp;

/**
 * What a LACPDU says about one end of a link: the Actor or Partner fields of IEEE 802.1AX-2014, 6.4.2.3.
 *
 * @param key 0 to 65535
 * @param portPriority 0 to 65535, the lower number is preferred
 * @param port 0 to 65535; 0 only for a partner that is not known
 * @param state the bits of {@link PortState}
 */
public record PortInfo(SystemId system, int key, int portPriority, int port, int state) {
    /** The Partner parameters while nothing has been heard: an unknown system that cannot be aggregated. */
    static final PortInfo UNKNOWN = new PortInfo(SystemId.UNKNOWN, 0, 0, 0, 0);

    public PortInfo {
        Range.unsigned16("key", key);
        Range.unsigned16("port priority", portPriority);
        Range.unsigned16("port", port);
        Range.between("port state", state, 0, 0xff);
    }

    boolean has(int bit) {
        return PortState.has(state, bit);
    }

    PortInfo withState(int newState) {
        return new PortInfo(system, key, portPriority, port, newState);
    }

    PortInfo with(int bit, boolean on) {
        return withState(PortState.with(state, bit, on));
    }

    /** Whether both name the same port of the same system with the same key, priorities and Aggregation bit. */
    boolean sameLink(PortInfo other) {
        return system.equals(other.system) && key == other.key && portPriority == other.portPriority
                && port == other.port
                && has(PortState.AGGREGATION) == other.has(PortState.AGGREGATION);
    }
}
