package net.weft.vswitch.offload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What offloads mean, written down plainly over byte arrays: the oracle of the tests here. Shares nothing with the code. */
final class NaiveOffload {
    static final int NONE = 0;
    static final int TCPV4 = 1;
    static final int UFO = 3;
    static final int TCPV6 = 4;
    static final int USO = 5;
    static final int ECN = 0x80;

    /** A virtio-net header. */
    record Header(boolean partial, int type, int size, int start, int offset) {
    }

    /** Where things are in a frame. */
    record Layout(int l3, int l4, int payload, int end, boolean ipv6, int protocol, boolean fragment,
            int lastNextHeader,
            Set<Integer> extensions) {
        boolean tcp() {
            return protocol == 6;
        }

        boolean sctp() {
            return protocol == 132;
        }

        int checksum() {
            return l4 + (tcp() ? 16 : sctp() ? 8 : 6);
        }
    }

    private NaiveOffload() {
    }

    /** Null for what is no whole TCP, UDP or SCTP packet with its headers in the first 512 bytes. */
    static @Nullable Layout layout(byte[] frame) {
        try {
            Layout layout = walk(frame);
            boolean whole = layout.end <= frame.length && layout.payload <= layout.end && layout.payload <= 512;
            return whole ? layout : null;
        } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException broken) {
            return null;
        }
    }

    /** The layout of what is known to be such a packet. */
    static Layout layoutOf(byte[] frame) {
        Layout layout = layout(frame);
        if (layout == null) {
            throw new AssertionError("no whole TCP or UDP packet: " + HexFormat.of().formatHex(frame));
        }
        return layout;
    }

    private static Layout walk(byte[] frame) {
        int type = 12;
        while (u16(frame, type) == 0x8100 || u16(frame, type) == 0x88a8) {
            type += 4;
        }
        int l3 = type + 2;
        require(u16(frame, type) == 0x0800 || u16(frame, type) == 0x86dd);
        boolean ipv6 = u16(frame, type) == 0x86dd;
        require((frame[l3] >> 4 & 15) == (ipv6 ? 6 : 4));
        int end = ipv6 ? l3 + 40 + u16(frame, l3 + 4) : l3 + u16(frame, l3 + 2);
        int field = ipv6 ? l3 + 6 : l3 + 9;
        int l4 = ipv6 ? l3 + 40 : l3 + (frame[l3] & 15) * 4;
        boolean fragment = !ipv6 && (u16(frame, l3 + 6) & 0x3fff) != 0;
        require(l4 - l3 >= 20);
        Set<Integer> extensions = new TreeSet<>();
        for (int count = 0; ipv6 && Set.of(0, 43, 44, 51, 60).contains(frame[field] & 255); count++) {
            int header = frame[field] & 255;
            require(count < 8 && (header != 0 || count == 0) && (header != 44 || !extensions.contains(44)));
            extensions.add(header);
            fragment |= header == 44;
            field = l4;
            int length = frame[l4 + 1] & 255;
            l4 += header == 44 ? 8 : header == 51 ? (length + 2) * 4 : (length + 1) * 8;
        }
        int protocol = frame[field] & 255;
        require(protocol == 6 || protocol == 17 || protocol == 132);
        int payload = l4 + (protocol == 132 ? 12 : 8);
        if (protocol == 132) {
            require(payload <= end);
        } else if (protocol == 6) {
            payload = l4 + (frame[l4 + 12] >> 4 & 15) * 4;
            require(payload - l4 >= 20);
        } else {
            require(u16(frame, l4 + 4) >= 8 && l4 + u16(frame, l4 + 4) <= end);
        }
        return new Layout(l3, l4, payload, end, ipv6, protocol, fragment, field, extensions);
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new IllegalArgumentException();
        }
    }

    /** Whether a switch may believe the header. */
    static boolean accepts(byte[] frame, Header header) {
        if (!header.partial && header.type == NONE) {
            return true;
        }
        Layout at = layout(frame);
        if (at == null || at.fragment || at.extensions.contains(51) || at.extensions.contains(44)
                || (header.partial && (header.start != at.l4 || header.start + header.offset != at.checksum()))) {
            return false;
        }
        if (at.sctp()) {
            return header.partial && header.type == NONE;
        }
        int payload = at.end - at.payload;
        boolean exact = at.end == frame.length;
        boolean direct = !at.extensions.contains(43);
        return switch (header.type) {
            case NONE -> true;
            case TCPV4, TCPV4 | ECN, TCPV6, TCPV6 | ECN ->
                at.tcp() && direct && at.ipv6 == ((header.type & 7) == TCPV6)
                        && (payload <= header.size || (header.size >= 36 && exact));
            case USO -> !at.tcp() && direct && header.partial
                    && (payload <= header.size || (payload <= 128 * header.size && exact));
            case UFO -> !at.tcp() && (payload + 8 <= header.size
                    || (header.size >= 48 && exact && u16(frame, at.l4 + 4) == payload + 8 && at.payload + 8 <= 512));
            default -> false;
        };
    }

    /** The finished frames that an accepted one stands for. */
    static List<byte[]> pieces(byte[] frame, Header header, int mtu, int ipv6Identification) {
        Layout at = layout(frame);
        if (at == null || (!header.partial && header.type == NONE)) {
            return List.of(frame);
        }
        int datagram = at.end - at.l4;
        int type = header.type & 0x7f;
        int whole = type == UFO ? datagram : at.end - at.payload;
        if (type == NONE || whole <= header.size) {
            return List.of(header.partial ? completed(frame, at) : frame);
        }
        return type == UFO
                ? fragments(header.partial ? completed(frame, at) : frame, at, header, mtu, ipv6Identification)
                : segments(frame, at, header.size);
    }

    private static byte[] completed(byte[] frame, Layout at) {
        byte[] done = frame.clone();
        if (at.sctp()) {
            Arrays.fill(done, at.checksum(), at.checksum() + 4, (byte) 0);
            int crc = crc32c(done, at.l4, at.end);
            put16(done, at.checksum(), Short.toUnsignedInt(Short.reverseBytes((short) crc)));
            put16(done, at.checksum() + 2, Short.toUnsignedInt(Short.reverseBytes((short) (crc >>> 16))));
            return done;
        }
        finish(done, at, sum(done, at.l4, at.end));
        return done;
    }

    private static List<byte[]> segments(byte[] frame, Layout at, int size) {
        List<byte[]> segments = new ArrayList<>();
        for (int from = at.payload; from < at.end; from += size) {
            int to = Math.min(from + size, at.end);
            byte[] segment = concat(Arrays.copyOf(frame, at.payload), Arrays.copyOfRange(frame, from, to));
            int n = segments.size();
            if (at.tcp()) {
                int sequence = u16(frame, at.l4 + 4) << 16 | u16(frame, at.l4 + 6);
                sequence += from - at.payload;
                put16(segment, at.l4 + 4, sequence >>> 16);
                put16(segment, at.l4 + 6, sequence);
                int cleared = (to < at.end ? 0x09 : 0) | (n > 0 ? 0x80 : 0);
                segment[at.l4 + 13] &= (byte) ~cleared;
            } else {
                put16(segment, at.l4 + 4, segment.length - at.l4);
            }
            ip(segment, at, n, -1);
            Layout now = layoutOf(segment);
            put16(segment, at.checksum(), 0);
            finish(segment, now, sum(segment, at.l4, segment.length) + pseudo(segment, now));
            segments.add(segment);
        }
        return segments;
    }

    private static List<byte[]> fragments(byte[] frame, Layout at, Header header, int mtu, int identification) {
        int room = mtu - (at.l4 - at.l3) - (at.ipv6 ? 8 : 0);
        int size = Math.max(16, Math.min(room, header.size) / 8 * 8);
        List<byte[]> fragments = new ArrayList<>();
        for (int from = at.l4; from < at.end; from += size) {
            int to = Math.min(from + size, at.end);
            int position = from - at.l4 | (to < at.end ? 1 : 0);
            byte[] headers = Arrays.copyOf(frame, at.l4);
            if (at.ipv6) {
                headers[at.lastNextHeader] = 44;
                byte[] header6 = {17, 0, 0, 0, 0, 0, 0, 0};
                put16(header6, 2, position);
                put16(header6, 4, identification >>> 16);
                put16(header6, 6, identification);
                headers = concat(headers, header6);
            }
            byte[] fragment = concat(headers, Arrays.copyOfRange(frame, from, to));
            ip(fragment, at, 0, (from - at.l4) / 8 | (to < at.end ? 0x2000 : 0));
            fragments.add(fragment);
        }
        return fragments;
    }

    /** Length, identification and header checksum; {@code fragment} is left alone when negative. */
    private static void ip(byte[] frame, Layout at, int identificationStep, int fragment) {
        if (at.ipv6) {
            put16(frame, at.l3 + 4, frame.length - at.l3 - 40);
            return;
        }
        put16(frame, at.l3 + 2, frame.length - at.l3);
        put16(frame, at.l3 + 4, u16(frame, at.l3 + 4) + identificationStep);
        if (fragment >= 0) {
            put16(frame, at.l3 + 6, fragment);
        }
        put16(frame, at.l3 + 10, 0);
        put16(frame, at.l3 + 10, ~fold(sum(frame, at.l3, at.l4)));
    }

    private static void finish(byte[] frame, Layout at, long sum) {
        int checksum = ~fold(sum) & 0xffff;
        put16(frame, at.checksum(), checksum == 0 && !at.tcp() ? 0xffff : checksum);
    }

    /** Writes the pseudo-header sum into the checksum field, as senders do, and makes the IPv4 header's right. */
    static void seed(byte[] frame) {
        Layout at = layout(frame);
        if (at != null) {
            put16(frame, at.checksum(), fold(pseudo(frame, at)));
            ip(frame, at, 0, -1);
        }
    }

    static long pseudo(byte[] frame, Layout at) {
        int addresses = at.l3 + (at.ipv6 ? 8 : 12);
        return sum(frame, addresses, addresses + (at.ipv6 ? 32 : 8)) + at.protocol + (at.end - at.l4);
    }

    static long sum(byte[] frame, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += (long) (frame[i] & 255) << ((i - from) % 2 == 0 ? 8 : 0);
        }
        return sum;
    }

    /** Castagnoli's CRC bit by bit (RFC 3720, appendix B.4 has test values). */
    static int crc32c(byte[] bytes, int from, int to) {
        int crc = -1;
        for (int i = from; i < to; i++) {
            crc ^= bytes[i] & 255;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : 0x82f6_3b78);
            }
        }
        return ~crc;
    }

    static int fold(long sum) {
        long folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }

    static int u16(byte[] bytes, int at) {
        return (bytes[at] & 255) << 8 | (bytes[at + 1] & 255);
    }

    static void put16(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 8);
        bytes[at + 1] = (byte) value;
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
