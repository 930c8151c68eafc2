package net.weft.lacp.distribution;

import java.util.Locale;

/**
 * The {@code hash} of a LAG: which header fields tell flows apart. A packet of a flow is hashed by the same fields as any other of it:
 * <ul>
 * <li>Fragments are hashed by addresses alone, the first one too, so that no datagram is split.
 * <li>The IPv6 flow label counts only where there are no ports to read, such as in ESP. Hosts change it within a TCP connection.
 * <li>Frames without an IP header are hashed by {@link #L2}.
 * </ul>
 */
public enum LagHash {
    L2(HashField.LAYER_2, HashField.LAYER_2), L2_L3(HashField.LAYER_2 | HashField.ADDRESSES,
            HashField.LAYER_2 | HashField.ADDRESSES), L3_L4(HashField.ADDRESSES,
                    HashField.ADDRESSES | HashField.IP_PROTOCOL);

    private final int ofFragments;
    private final int ofPackets;

    LagHash(int ofFragments, int ofPackets) {
        this.ofFragments = ofFragments;
        this.ofPackets = ofPackets;
    }

    /** The bits of {@link HashField} for a frame without an IP header. */
    public int fieldsOfOther() {
        return HashField.LAYER_2;
    }

    /** The bits of {@link HashField} for a fragment of an IP datagram, the first included. */
    public int fieldsOfFragment() {
        return ofFragments;
    }

    /**
     * The bits of {@link HashField} for a whole IP packet.
     *
     * @param ports whether it has ports of TCP, UDP or SCTP
     */
    public int fieldsOfPacket(boolean ports) {
        if (this != L3_L4) {
            return ofPackets;
        }
        return ofPackets | (ports ? HashField.PORTS : HashField.FLOW_LABEL);
    }

    /** The word of the configuration file, such as {@code l3+l4}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '+');
    }

    /**
     * Reads a word of the configuration file.
     *
     * @throws IllegalArgumentException when it is none of the three
     */
    public static LagHash parse(String word) {
        for (LagHash hash : values()) {
            if (hash.word().equals(word)) {
                return hash;
            }
        }
        throw new IllegalArgumentException('"' + word + "\" is not a hash: expected l2, l2+l3 or l3+l4");
    }
}
