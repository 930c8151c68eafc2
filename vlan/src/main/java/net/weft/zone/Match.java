package net.weft.zone;

/**
 * One kind of traffic in a policy's {@code match}.
 *
 * @param kind the field that is compared
 * @param low lowest destination port, ICMP type, IP protocol or EtherType; 0 for {@link Kind#ANY}
 * @param high highest value, inclusive
 */
public record Match(Kind kind, int low, int high) {
    /** The field that {@code low} and {@code high} bound. */
    public enum Kind {
        /** All traffic, IP or not. */
        ANY,
        /** TCP destination port, {@code 0..65535}. */
        TCP,
        /** UDP destination port, {@code 0..65535}. */
        UDP,
        /** SCTP destination port, {@code 0..65535}. */
        SCTP,
        /** ICMP type, {@code 0..255}, in IPv4 only. */
        ICMP,
        /** ICMPv6 type, {@code 0..255}, in IPv6 only. */
        ICMPV6,
        /** IP protocol number, {@code 0..255}, in IPv4 and IPv6. */
        PROTOCOL,
        /** EtherType, {@code 0x600..0xffff}. */
        ETHER
    }

    public static final Match ANY = new Match(Kind.ANY, 0, 0);

    public Match {
        if (low > high || low < 0) {
            throw new IllegalArgumentException(kind + " " + low + "-" + high + " is no range");
        }
    }
}
