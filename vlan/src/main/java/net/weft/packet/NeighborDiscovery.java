package net.weft.packet;

import static net.weft.packet.NetworkOrder.getInt;
import static net.weft.packet.NetworkOrder.getLong;
import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU32;
import static net.weft.packet.NetworkOrder.getU48;
import static net.weft.packet.NetworkOrder.getU8;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Neighbour discovery (RFC 4861, 4): router and neighbour solicitation and advertisement, and redirect, from the ICMPv6
 * header on. A message consists of that header, a fixed part that depends on the type, and options.
 */
public final class NeighborDiscovery {
    public static final int ROUTER_SOLICITATION = 133;
    public static final int ROUTER_ADVERTISEMENT = 134;
    public static final int NEIGHBOR_SOLICITATION = 135;
    public static final int NEIGHBOR_ADVERTISEMENT = 136;
    public static final int REDIRECT = 137;

    /** The offset of the target address in neighbour solicitations, neighbour advertisements and redirects. */
    public static final int TARGET = 8;
    public static final int REDIRECT_DESTINATION = 24;
    public static final int ROUTER_HOP_LIMIT = 4;
    public static final int ROUTER_FLAGS = 5;
    public static final int ROUTER_LIFETIME = 6;
    public static final int REACHABLE_TIME = 8;
    public static final int RETRANS_TIMER = 12;

    /** The flags in {@link Icmpv6#rest} of a neighbour advertisement. */
    public static final int NA_ROUTER = 1 << 31;
    public static final int NA_SOLICITED = 1 << 30;
    public static final int NA_OVERRIDE = 1 << 29;
    /** The flags in {@link #routerFlags}. */
    public static final int RA_MANAGED = 0x80;
    public static final int RA_OTHER = 0x40;

    public static final int OPTION_SOURCE_LINK_LAYER_ADDRESS = 1;
    public static final int OPTION_TARGET_LINK_LAYER_ADDRESS = 2;
    public static final int OPTION_PREFIX_INFORMATION = 3;
    public static final int OPTION_REDIRECTED_HEADER = 4;
    public static final int OPTION_MTU = 5;
    /** Recursive DNS servers (RFC 8106). */
    public static final int OPTION_RDNSS = 25;
    /** The length of an option is a multiple of this many bytes. */
    public static final int OPTION_UNIT = 8;

    private NeighborDiscovery() {
    }

    /** Returns whether an ICMPv6 type belongs to neighbour discovery. */
    public static boolean isType(int type) {
        return type >= ROUTER_SOLICITATION && type <= REDIRECT;
    }

    /**
     * Returns whether the bytes are a valid message: code 0, its fixed part, and options that fill the rest exactly,
     * none of length 0 (RFC 4861, 6.1 and 7.1). The caller must check hop limit, checksum and addresses.
     *
     * @param available bytes of the message, to the end of the IPv6 payload
     */
    public static boolean check(MemorySegment segment, long offset, int available) {
        if (available < Icmpv6.LENGTH || !isType(Icmpv6.type(segment, offset)) || Icmpv6.code(segment, offset) != 0) {
            return false;
        }
        int position = optionsOffset(Icmpv6.type(segment, offset));
        while (position + OPTION_UNIT <= available) {
            int length = optionLength(segment, offset + position);
            if (length == 0) {
                return false;
            }
            position += length;
        }
        return position == available;
    }

    /** Returns the offset of the options in a message of this type, bytes. */
    public static int optionsOffset(int type) {
        return switch (type) {
            case ROUTER_SOLICITATION -> 8;
            case ROUTER_ADVERTISEMENT -> 16;
            case NEIGHBOR_SOLICITATION, NEIGHBOR_ADVERTISEMENT -> 24;
            default -> 40;
        };
    }

    /**
     * Returns the first half of the target address; valid in all types except router solicitation and advertisement.
     */
    public static long targetHigh(MemorySegment segment, long offset) {
        return getLong(segment, offset + TARGET);
    }

    public static long targetLow(MemorySegment segment, long offset) {
        return getLong(segment, offset + TARGET + 8);
    }

    /** Returns the hop limit of a router advertisement; 0 for unspecified. */
    public static int routerHopLimit(MemorySegment segment, long offset) {
        return getU8(segment, offset + ROUTER_HOP_LIMIT);
    }

    /** Returns {@link #RA_MANAGED}, {@link #RA_OTHER} and further flags. */
    public static int routerFlags(MemorySegment segment, long offset) {
        return getU8(segment, offset + ROUTER_FLAGS);
    }

    /** Returns the router lifetime in seconds; 0 if the router is not a default router. */
    public static int routerLifetime(MemorySegment segment, long offset) {
        return getU16(segment, offset + ROUTER_LIFETIME);
    }

    /** Returns milliseconds; 0 for unspecified. */
    public static long reachableTime(MemorySegment segment, long offset) {
        return getU32(segment, offset + REACHABLE_TIME);
    }

    /** Returns milliseconds; 0 for unspecified. */
    public static long retransTimer(MemorySegment segment, long offset) {
        return getU32(segment, offset + RETRANS_TIMER);
    }

    /** Returns the bytes from the start of a checked message to its first option of this type, or -1. */
    public static int findOption(MemorySegment segment, long offset, int available, int optionType) {
        int position = optionsOffset(Icmpv6.type(segment, offset));
        while (position < available) {
            if (getU8(segment, offset + position) == optionType) {
                return position;
            }
            position += optionLength(segment, offset + position);
        }
        return -1;
    }

    /** Returns the bytes of the option at {@code optionOffset}, 0-2040. */
    public static int optionLength(MemorySegment segment, long optionOffset) {
        return getU8(segment, optionOffset + 1) * OPTION_UNIT;
    }

    /** Returns the MAC address of the source or target link-layer address option at {@code optionOffset}. */
    public static long linkLayerAddress(MemorySegment segment, long optionOffset) {
        return getU48(segment, optionOffset + 2);
    }

    /** Returns the MTU in bytes of the MTU option at {@code optionOffset}. */
    public static int mtu(MemorySegment segment, long optionOffset) {
        return getInt(segment, optionOffset + 4);
    }

    /**
     * An option as a value.
     *
     * @param type 8 bits
     * @param data everything after the length: 6 to 2038 bytes, 6 more than a multiple of 8
     */
    public record Option(int type, Octets data) {
        public Option {
            Fields.unsigned("option type", type, 8);
            Fields.length("option", 2 + data.length(), OPTION_UNIT, 255 * OPTION_UNIT, OPTION_UNIT);
        }

        /** Creates a source or target link-layer address option. */
        public static Option linkLayerAddress(int type, MacAddress mac) {
            return new Option(type, Octets.ofHex(mac.toString().replace(":", "")));
        }

        /** Returns the number of bytes that {@link #emit} writes. */
        public int length() {
            return 2 + data.length();
        }

        void emit(MemorySegment segment, long offset) {
            NetworkOrder.putU8(segment, offset, type);
            NetworkOrder.putU8(segment, offset + 1, length() / OPTION_UNIT);
            data.emit(segment, offset + 2);
        }
    }

    /**
     * A message as a value.
     *
     * @param icmp type, code, checksum and the word that holds flags
     * @param body the fixed part of the type: target, timers, or target and destination
     * @param options the options in order
     */
    public record Header(Icmpv6.Header icmp, Octets body, List<Option> options) {
        public Header {
            if (!isType(icmp.type())) {
                throw new IllegalArgumentException("ICMPv6 type " + icmp.type()
                        + " is not neighbour discovery: expected " + ROUTER_SOLICITATION + " to " + REDIRECT);
            }
            int expected = optionsOffset(icmp.type()) - Icmpv6.LENGTH;
            Fields.length("body", body.length(), expected, expected, 1);
            options = List.copyOf(options);
        }

        /**
         * Reads a header.
         *
         * @throws IllegalArgumentException when {@link NeighborDiscovery#check} returns false
         */
        public static Header parse(MemorySegment segment, long offset, int available) {
            Fields.checked(check(segment, offset, available), "neighbour discovery", available);
            Icmpv6.Header icmp = Icmpv6.Header.parse(segment, offset, available);
            int position = optionsOffset(icmp.type());
            Octets body = Octets.of(segment, offset + Icmpv6.LENGTH, position - Icmpv6.LENGTH);
            List<Option> options = new ArrayList<>();
            while (position < available) {
                int length = optionLength(segment, offset + position);
                options.add(new Option(getU8(segment, offset + position),
                        Octets.of(segment, offset + position + 2, length - 2)));
                position += length;
            }
            return new Header(icmp, body, options);
        }

        /** Returns the number of bytes that {@link #emit} writes. */
        public int length() {
            return Icmpv6.LENGTH + body.length() + options.stream().mapToInt(Option::length).sum();
        }

        public void emit(MemorySegment segment, long offset) {
            icmp.emit(segment, offset);
            body.emit(segment, offset + Icmpv6.LENGTH);
            long position = offset + Icmpv6.LENGTH + body.length();
            for (Option option : options) {
                option.emit(segment, position);
                position += option.length();
            }
        }
    }
}
