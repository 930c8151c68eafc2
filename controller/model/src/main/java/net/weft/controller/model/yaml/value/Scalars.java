package net.weft.controller.model.yaml.value;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.ExportConfig;
import net.weft.controller.model.PortConfig;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanSet;

/** Parses and tests scalar values. These methods do not inspect the host, resolve a name or open a file. */
public final class Scalars {
    private static final Pattern INTEGER = Pattern.compile("0|[1-9][0-9]{0,9}");
    private static final Pattern IPV4 = Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");
    /** A host name; its last label has a letter, so that no IP address matches. */
    private static final Pattern HOST_NAME = Pattern.compile(
            "([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)*(?=[0-9-]*[A-Za-z])[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final Pattern INTERFACE = Pattern
            .compile("[!-~&&[^/:%]]{1," + DeviceConfig.MAX_INTERFACE_NAME + "}");
    private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}");
    private static final Pattern FILE_MODE = Pattern.compile("0?[0-7]{3}");

    private Scalars() {
    }

    /**
     * Parses a decimal number without sign, leading zeros or separators; empty if the text is no such number, or out of
     * range.
     */
    public static OptionalInt integer(String text, int min, int max) {
        if (!INTEGER.matcher(text).matches()) {
            return OptionalInt.empty();
        }
        long value = Long.parseLong(text);
        return value >= min && value <= max ? OptionalInt.of((int) value) : OptionalInt.empty();
    }

    /** Returns whether the text is a VLAN ID or a range of them, {@code 10} or {@code 100-199}. */
    public static boolean isVlans(String text) {
        try {
            return !VlanSet.parse(List.of(text)).isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Returns whether the text is a MAC address that a host can have: unicast and not zero. */
    public static boolean isStationMac(String text) {
        try {
            MacAddress mac = MacAddress.parse(text);
            return !mac.isMulticast() && !mac.equals(MacAddress.ZERO);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    public static Optional<InetAddress> address(String text) {
        if (!IPV4.matcher(text).matches() && !(text.contains(":") && IPV6.matcher(text).matches())) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public static boolean isAddress(String text) {
        return address(text).isPresent();
    }

    /**
     * Parses {@code HOST:PORT}, where the host is an IPv4 address, an IPv6 address in brackets, or a name (RFC 1123,
     * 2.1).
     */
    public static Optional<ExportConfig.Endpoint> endpoint(String text) {
        int colon = text.lastIndexOf(':');
        OptionalInt port = colon < 0 ? OptionalInt.empty() : integer(text.substring(colon + 1), 1, 65_535);
        if (port.isEmpty()) {
            return Optional.empty();
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
            return host.contains(":") && isAddress(host)
                    ? Optional.of(new ExportConfig.Endpoint(host, port.getAsInt()))
                    : Optional.empty();
        }
        boolean usable = isAddress(host) && !host.contains(":")
                || host.length() <= 253 && HOST_NAME.matcher(host).matches();
        return usable ? Optional.of(new ExportConfig.Endpoint(host, port.getAsInt())) : Optional.empty();
    }

    /**
     * Returns whether the text is a prefix in CIDR notation with no bits set behind its length: {@code 10.10.0.0/24},
     * {@code fd00:10::/64}.
     */
    public static boolean isPrefix(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address = slash < 0 ? Optional.empty() : address(text.substring(0, slash));
        if (address.isEmpty()) {
            return false;
        }
        OptionalInt length = integer(text.substring(slash + 1), 0, address.get() instanceof Inet6Address ? 128 : 32);
        return length.isPresent() && hostBitsAreZero(address.get().getAddress(), length.getAsInt());
    }

    private static boolean hostBitsAreZero(byte[] address, int prefixLength) {
        for (int bit = prefixLength; bit < address.length * 8; bit++) {
            if ((address[bit >> 3] >> 7 - (bit & 7) & 1) != 0) {
                return false;
            }
        }
        return true;
    }

    public static boolean isInterface(String text) {
        return INTERFACE.matcher(text).matches() && !text.equals(".") && !text.equals("..");
    }

    public static boolean isSocketPath(String text) {
        return text.startsWith("/") && isPlain(text)
                && text.getBytes(StandardCharsets.UTF_8).length <= DeviceConfig.MAX_SOCKET_PATH;
    }

    public static boolean isFilePath(String text) {
        return text.startsWith("/") && isPlain(text)
                && text.getBytes(StandardCharsets.UTF_8).length <= DeviceConfig.PcapFiles.MAX_PATH;
    }

    public static boolean isAccount(String text) {
        return ACCOUNT.matcher(text).matches();
    }

    public static boolean isFileMode(String text) {
        return FILE_MODE.matcher(text).matches();
    }

    public static boolean isDescription(String text) {
        return text.length() <= PortConfig.MAX_DESCRIPTION && isPlain(text);
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return text.codePoints().skip(i).noneMatch(Scalars::isControl);
            }
        }
        return true;
    }

    private static boolean isControl(int c) {
        return Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE || c == 0x2028 || c == 0x2029;
    }
}
