package net.weft.controller.cli.vpn;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds an address of a subnet that nobody has: for IPv4 from its end down, where few put anything else, for IPv6 from ::1:0 up. */
final class FreeAddress {
    private static final int TRIES = 70_000;
    private static final int IPV4_BYTES = 4;

    private FreeAddress() {
    }

    /**
     * Returns the first free address; empty if there is none.
     *
     * @param subnet in CIDR notation
     * @param taken addresses and prefixes that somebody has
     */
    static Optional<String> of(String subnet, List<String> taken) {
        String[] parts = subnet.split("/", 2);
        byte[] base = InetAddress.ofLiteral(parts[0]).getAddress();
        int hostBits = base.length * 8 - Integer.parseInt(parts[1]);
        Set<InetAddress> used = new HashSet<>();
        taken.stream().filter(text -> !text.contains("/")).forEach(text -> used.add(InetAddress.ofLiteral(text)));
        BigInteger first = new BigInteger(1, base);
        BigInteger size = BigInteger.ONE.shiftLeft(hostBits);
        boolean isIpv4 = base.length == IPV4_BYTES;
        BigInteger at = isIpv4
                ? size.subtract(BigInteger.TWO)
                : BigInteger.ONE.shiftLeft(Math.min(16, Math.max(0, hostBits - 1)));
        for (int n = 0; n < TRIES && at.signum() > 0 && at.compareTo(size) < 0; n++) {
            InetAddress address = address(first.add(at), base.length);
            boolean isWithin = taken.stream().filter(text -> text.contains("/"))
                    .anyMatch(prefix -> contains(prefix, address));
            if (!used.contains(address) && !isWithin) {
                return Optional.of(text(address));
            }
            at = isIpv4 ? at.subtract(BigInteger.ONE) : at.add(BigInteger.ONE);
        }
        return Optional.empty();
    }

    private static boolean contains(String prefix, InetAddress address) {
        String[] parts = prefix.split("/", 2);
        byte[] base = InetAddress.ofLiteral(parts[0]).getAddress();
        byte[] other = address.getAddress();
        int drop = base.length * 8 - Integer.parseInt(parts[1]);
        return base.length == other.length
                && new BigInteger(1, base).shiftRight(drop).equals(new BigInteger(1, other).shiftRight(drop));
    }

    private static InetAddress address(BigInteger value, int length) {
        byte[] bytes = value.toByteArray();
        byte[] padded = new byte[length];
        for (int i = 0; i < Math.min(bytes.length, length); i++) {
            padded[length - 1 - i] = bytes[bytes.length - 1 - i];
        }
        try {
            return InetAddress.getByAddress(padded);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(length + " bytes are an address", e);
        }
    }

    /** Returns the text of an address, an IPv6 one with its longest run of zeros left out (RFC 5952). */
    private static String text(InetAddress address) {
        String full = address.getHostAddress();
        if (!full.contains(":")) {
            return full;
        }
        String[] groups = full.split(":");
        int best = -1;
        int length = 1;
        for (int i = 0; i < groups.length; i++) {
            int end = i;
            while (end < groups.length && groups[end].equals("0")) {
                end++;
            }
            if (end - i > length) {
                best = i;
                length = end - i;
            }
        }
        if (best < 0) {
            return full;
        }
        List<String> all = List.of(groups);
        return String.join(":", all.subList(0, best)) + "::" + String.join(":", all.subList(best + length, all.size()));
    }
}
