package net.weft.controller.model.yaml.value;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

import net.weft.zone.Prefix;

/** Converts addresses and prefixes of the file to the form that the switch compares. */
public final class Prefixes {
    private Prefixes() {
    }

    /**
     * Parses an address, or a prefix in CIDR notation; empty if the text is neither, or has bits set behind the prefix
     * length.
     */
    public static Optional<Prefix> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        return Scalars.address(address).filter(parsed -> parsed instanceof Inet6Address == address.contains(":"))
                .flatMap(parsed -> of(parsed, slash < 0 ? Optional.empty() : Optional.of(text.substring(slash + 1))));
    }

    private static Optional<Prefix> of(InetAddress address, Optional<String> length) {
        int most = address instanceof Inet6Address ? 128 : 32;
        OptionalInt bits = length.map(text -> Scalars.integer(text, 0, most)).orElse(OptionalInt.of(most));
        if (bits.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        Prefix prefix = most == 32
                ? new Prefix(0, Prefix.ipv4(bytes.getInt(0)), 96 + bits.getAsInt(), true)
                : new Prefix(bytes.getLong(0), bytes.getLong(8), bits.getAsInt(), false);
        return Optional.of(prefix).filter(of -> of.equals(masked(of)));
    }

    /** Returns the prefix with the bits behind its length cleared. */
    private static Prefix masked(Prefix prefix) {
        int bits = prefix.bits();
        long high = bits >= 64 ? prefix.high() : bits == 0 ? 0 : prefix.high() & -1L << 64 - bits;
        long low = bits <= 64 ? 0 : prefix.low() & -1L << 128 - bits;
        return new Prefix(high, low, bits, prefix.isIpv4());
    }

    /** Returns whether the outer prefix contains the whole inner prefix. */
    public static boolean contains(Prefix outer, Prefix inner) {
        return outer.isIpv4() == inner.isIpv4() && outer.bits() <= inner.bits()
                && outer.contains(inner.high(), inner.low());
    }

    /** Returns whether a host can have the address: it is not multicast, broadcast, loopback or unspecified. */
    public static boolean isStation(Prefix prefix) {
        if (prefix.isIpv4()) {
            int first = (int) prefix.low() >>> 24;
            return prefix.bits() < 96 + 4 || first != 0 && first < 224 && first != 127;
        }
        return prefix.bits() < 8 || prefix.high() >>> 56 != 0xff && !isReserved(prefix);
    }

    private static boolean isReserved(Prefix prefix) {
        return prefix.bits() == 128 && prefix.high() == 0 && (prefix.low() == 0 || prefix.low() == 1);
    }
}
