package net.weft.controller.member.packet;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.weft.controller.member.packet.PacketSpec.Endpoint;
import net.weft.controller.member.packet.PacketSpec.Kind;
import net.weft.packet.EtherType;
import net.weft.packet.MacAddress;
import net.weft.vswitch.burst.Burst;

/**
 * Parses the description of a packet:
 *
 * <pre>
 * tcp|udp ADDRESS:PORT &gt; ADDRESS:PORT   icmp|icmpv6|arp ADDRESS &gt; ADDRESS   ether 0xTYPE   raw HEX   any
 * then any of: syn ack fin rst psh, vlan VID, priority 0-7, tpid 0xNNNN, src-mac MAC, dst-mac MAC, ttl N, length BYTES,
 * mss BYTES, csum START+OFFSET
 * </pre>
 *
 * An address or port may be {@code any}; a second {@code vlan} is an inner tag; {@code priority} and {@code tpid} belong
 * to the {@code vlan} before them. Square brackets around options are ignored; an IPv6 address with a port is written
 * in square brackets.
 */
public final class PacketSpecParser {
    private static final Pattern ENDPOINT = Pattern
            .compile(
                    "(?:\\[([0-9a-fA-F:.]*:[0-9a-fA-F:.]*)]|([^:\\[\\]]+)|([0-9a-fA-F:.]*:[0-9a-fA-F.]*:[0-9a-fA-F:.]*))"
                            + "(?::([0-9]+|any))?");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern BRACKETED_ADDRESS = Pattern.compile("\\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*](:.*)?");
    private static final int MAX_TEXT = 2 * Burst.MAX_FRAME + 200;
    private static final List<String> FLAGS = List.of("fin", "syn", "rst", "psh", "ack", "urg");
    private static final String ANY = "any";

    private final Deque<String> words = new ArrayDeque<>();
    private final List<Integer> tags = new ArrayList<>();
    private Endpoint from = Endpoint.ANY;
    private Endpoint to = Endpoint.ANY;
    private Optional<MacAddress> sourceMac = Optional.empty();
    private Optional<MacAddress> destinationMac = Optional.empty();
    private int etherType;
    private int flags = -1;
    private OptionalInt ttl = OptionalInt.empty();
    private OptionalInt length = OptionalInt.empty();
    private OptionalInt segment = OptionalInt.empty();
    private OptionalInt checksum = OptionalInt.empty();
    private byte[] raw = {};

    private PacketSpecParser() {
    }

    /**
     * Parses a description.
     *
     * @throws IllegalArgumentException with a sentence that says the fault and the expectation
     */
    public static PacketSpec parse(String text) {
        if (text.length() > MAX_TEXT) {
            throw new IllegalArgumentException("the packet's description is too long");
        }
        return new PacketSpecParser().read(text);
    }

    private PacketSpec read(String text) {
        for (String word : text.strip().split("\\s+")) {
            String bare = BRACKETED_ADDRESS.matcher(word).matches() ? word : word.replaceAll("^\\[|]$", "");
            if (!bare.isEmpty()) {
                words.add(bare);
            }
        }
        String first = words.isEmpty() ? ANY : words.remove().toLowerCase(Locale.ROOT);
        Kind kind = switch (first) {
            case "tcp" -> sides(Kind.TCP);
            case "udp" -> sides(Kind.UDP);
            case "icmp" -> sides(Kind.ICMP);
            case "icmpv6" -> sides(Kind.ICMPV6);
            case "arp" -> sides(Kind.ARP);
            case "ether" -> ether();
            case "raw" -> raw();
            case ANY -> Kind.ANY;
            default -> throw new IllegalArgumentException(
                    "\"" + shown(first)
                            + "\" is no kind of packet: expected tcp, udp, icmp, icmpv6, arp, ether or raw");
        };
        while (!words.isEmpty()) {
            option(words.remove().toLowerCase(Locale.ROOT));
        }
        return new PacketSpec(kind, from, to, List.copyOf(tags), sourceMac, destinationMac, etherType,
                flags < 0 ? OptionalInt.empty() : OptionalInt.of(flags), ttl, length, segment, checksum, raw);
    }

    // ---- the packet ------------------------------------------------------------------------------------------------

    private Kind sides(Kind kind) {
        boolean ports = kind == Kind.TCP || kind == Kind.UDP;
        from = endpoint(next("the source, as in 10.10.0.11" + (ports ? ":40000" : "")), ports);
        String arrow = next(">");
        if (!arrow.equals(">")) {
            throw new IllegalArgumentException("\"" + shown(arrow) + "\": expected > between source and destination");
        }
        to = endpoint(next("the destination, as in 10.20.0.5" + (ports ? ":5432" : "")), ports);
        if (from.address().isPresent() && to.address().isPresent()
                && from.address().get().getClass() != to.address().get().getClass()) {
            throw new IllegalArgumentException("source and destination are one IPv4 and one IPv6 address");
        }
        return kind;
    }

    private static Endpoint endpoint(String text, boolean ports) {
        Matcher parts = ENDPOINT.matcher(text);
        if (!parts.matches()) {
            throw notAnAddress(text);
        }
        String host = parts.group(1) != null
                ? parts.group(1)
                : parts.group(2) != null ? parts.group(2) : parts.group(3);
        String port = parts.group(4);
        if (port != null && !ports) {
            throw new IllegalArgumentException(shown(text) + ": only tcp and udp have ports");
        }
        return new Endpoint(host.equals(ANY) ? Optional.empty() : Optional.of(address(host)),
                port == null || port.equals(ANY)
                        ? OptionalInt.empty()
                        : OptionalInt.of(number("a port", port, 0, 65535)));
    }

    private static InetAddress address(String host) {
        if (host.indexOf(':') < 0 && !IPV4.matcher(host).matches()) {
            throw notAnAddress(host);
        }
        try {
            InetAddress parsed = InetAddress.ofLiteral(host);
            return host.indexOf(':') < 0 || parsed instanceof Inet6Address ? parsed : mapped(parsed);
        } catch (IllegalArgumentException e) {
            throw notAnAddress(host);
        }
    }

    /** Returns ::ffff:a.b.c.d, which Java takes for a.b.c.d, as the IPv6 address that it is on the wire. */
    private static InetAddress mapped(InetAddress ipv4) {
        byte[] bytes = ByteBuffer.allocate(16).putShort(10, (short) 0xffff).position(12).put(ipv4.getAddress()).array();
        try {
            return Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 16 bytes", e);
        }
    }

    private static IllegalArgumentException notAnAddress(String text) {
        return new IllegalArgumentException(
                "\"" + shown(text)
                        + "\" is no address: expected 10.10.0.11, 10.10.0.11:80, fd00::11, [fd00::11]:80 or any");
    }

    private Kind ether() {
        etherType = hex("an EtherType", next("an EtherType, as in 0x88b5"));
        return Kind.ETHER;
    }

    private Kind raw() {
        String digits = next("the frame in hexadecimal digits");
        try {
            raw = HexFormat.of().parseHex(digits);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("raw \"" + shown(digits) + "\": expected pairs of hexadecimal digits");
        }
        if (raw.length > Burst.MAX_FRAME) {
            throw new IllegalArgumentException("raw: " + raw.length + " bytes; a frame has at most " + Burst.MAX_FRAME);
        }
        return Kind.RAW;
    }

    // ---- options ---------------------------------------------------------------------------------------------------

    private void option(String word) {
        int flag = FLAGS.indexOf(word);
        if (flag >= 0) {
            flags = Math.max(flags, 0) | 1 << flag;
            return;
        }
        switch (word) {
            case "vlan" -> vlan(number("a VLAN ID", next("a VLAN ID"), 0, 4095));
            case "priority" -> lastTag(number("a priority", next("a priority"), 0, 7) << 13, 0xffff_1fff);
            case "tpid" -> lastTag(hex("a TPID", next("a TPID, as in 0x88a8")) << 16, 0xffff);
            case "src-mac" -> sourceMac = Optional.of(MacAddress.parse(next("a MAC address")));
            case "dst-mac" -> destinationMac = Optional.of(MacAddress.parse(next("a MAC address")));
            case "ttl" -> ttl = OptionalInt.of(number("a TTL", next("a TTL"), 0, 255));
            case "length" -> length = OptionalInt.of(number("a length", next("a length"), 14, Burst.MAX_FRAME));
            case "mss" -> segment = OptionalInt.of(number("a segment size", next("a segment size"), 1, 65535));
            case "csum" -> checksum(next("START+OFFSET"));
            default -> throw new IllegalArgumentException("\"" + shown(word) + "\" is not known: expected "
                    + String.join(", ", FLAGS) + ", vlan, priority, tpid, src-mac, dst-mac, ttl, length, mss or csum");
        }
    }

    private void vlan(int vid) {
        if (tags.size() == 4) {
            throw new IllegalArgumentException("vlan " + vid + ": a frame may have four tags here");
        }
        tags.add(EtherType.VLAN << 16 | vid);
    }

    private void lastTag(int bits, int kept) {
        if (tags.isEmpty()) {
            throw new IllegalArgumentException("priority and tpid follow the vlan they belong to");
        }
        tags.add(tags.removeLast() & kept | bits);
    }

    private void checksum(String text) {
        String[] parts = text.split("\\+", 2);
        if (parts.length != 2) {
            throw new IllegalArgumentException("csum " + shown(text) + ": expected START+OFFSET, as in 34+16");
        }
        checksum = OptionalInt.of(number("a checksum's start", parts[0], 0, 65535) * 64
                + number("a checksum's offset", parts[1], 0, 62));
    }

    private String next(String what) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("the packet ends where " + what + " was expected");
        }
        return words.remove();
    }

    private static int hex(String what, String text) {
        try {
            int value = Integer.decode(text);
            if (value >= 0 && value <= 0xffff) {
                return value;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new IllegalArgumentException("\"" + shown(text) + "\" is not " + what + " (0x0000-0xffff)");
    }

    private static int number(String what, String text, int least, int most) {
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new IllegalArgumentException("\"" + shown(text) + "\" is not " + what + " (" + least + "-" + most + ")");
    }

    private static String shown(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "..." : text;
    }
}
