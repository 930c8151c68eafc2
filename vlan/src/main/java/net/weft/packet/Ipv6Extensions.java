package net.weft.packet;

import static net.weft.packet.NetworkOrder.getU8;
import static net.weft.packet.NetworkOrder.putU8;

import java.lang.foreign.MemorySegment;

/**
 * The IPv6 extension headers (RFC 8200, 4; authentication header RFC 4302) between the fixed header and the upper
 * layer.
 * <p>{@link #walk} goes from header to header and packs the result into a long: the protocol at which it ended, its
 * offset from the start, and flags. All but the fragment header ({@link Ipv6Fragment}) share one form, with next header
 * and length first; the type of a header is a field of the previous one, so it is a parameter of {@link #check} and
 * {@link #length}.
 */
public final class Ipv6Extensions {
    public static final int NEXT_HEADER = 0;
    public static final int HEADER_LENGTH = 1;
    public static final int DATA = 2;
    /** The offset of the type in a routing header (RFC 8200, 4.4). */
    public static final int ROUTING_TYPE = 2;
    public static final int SEGMENTS_LEFT = 3;
    /** The length of the shortest extension header. */
    public static final int MIN_LENGTH = 8;

    /** The maximum number of extension headers in a row. No sender needs more, and each costs time. */
    public static final int MAX_HEADERS = 8;

    /** Set for a fragment; an atomic fragment (RFC 6946) counts as a whole datagram. */
    public static final long IS_FRAGMENT = 1L << 32;
    /** Set for the first fragment. */
    public static final long IS_FIRST_FRAGMENT = 1L << 33;
    /** Set if the walk reached the end of the readable bytes: it ended at the last header that it could read. */
    public static final long IS_TOO_LONG = 1L << 34;
    /** Set if a header exceeds the payload, is misplaced, or there are too many: the walk ended there. */
    public static final long IS_MALFORMED = 1L << 35;

    private Ipv6Extensions() {
    }

    /** Returns whether a next-header value is an extension header. */
    public static boolean isExtension(int nextHeader) {
        return switch (nextHeader) {
            case IpProtocol.HOP_BY_HOP, IpProtocol.ROUTING, IpProtocol.FRAGMENT, IpProtocol.AH,
                    IpProtocol.DESTINATION_OPTIONS ->
                true;
            default -> false;
        };
    }

    /** Returns whether a whole header of this type lies within {@code available} readable bytes. */
    public static boolean check(int type, MemorySegment segment, long offset, int available) {
        return isExtension(type) && available >= MIN_LENGTH && length(type, segment, offset) <= available;
    }

    /** Returns the bytes of the header, 8-2048. */
    public static int length(int type, MemorySegment segment, long offset) {
        return switch (type) {
            case IpProtocol.FRAGMENT -> Ipv6Fragment.LENGTH;
            case IpProtocol.AH -> (getU8(segment, offset + HEADER_LENGTH) + 2) * 4;
            default -> (getU8(segment, offset + HEADER_LENGTH) + 1) * 8;
        };
    }

    public static int nextHeader(MemorySegment segment, long offset) {
        return getU8(segment, offset + NEXT_HEADER);
    }

    public static int routingType(MemorySegment segment, long offset) {
        return getU8(segment, offset + ROUTING_TYPE);
    }

    public static int segmentsLeft(MemorySegment segment, long offset) {
        return getU8(segment, offset + SEGMENTS_LEFT);
    }

    /**
     * Finds the upper layer behind the fixed header. Reads no byte beyond {@code available}, whatever the content.
     *
     * @param offset start of the payload
     * @param available readable bytes from there
     * @param payloadLength bytes of the payload, 0-65535
     * @param nextHeader next-header field of the fixed header
     * @return a packed result: see {@link #protocol(long)}, {@link #upperOffset} and the flags
     */
    public static long walk(MemorySegment segment, long offset, int available, int payloadLength, int nextHeader) {
        int type = nextHeader;
        int position = 0;
        long flags = 0;
        boolean fragmentSeen = false;
        for (int count = 0; isExtension(type); count++) {
            boolean misplaced = (type == IpProtocol.HOP_BY_HOP && count > 0)
                    || (type == IpProtocol.FRAGMENT && fragmentSeen);
            if (misplaced || count == MAX_HEADERS || position + MIN_LENGTH > payloadLength) {
                return walked(type, position, flags | IS_MALFORMED);
            }
            if (position + MIN_LENGTH > available) {
                return walked(type, position, flags | IS_TOO_LONG);
            }
            long header = offset + position;
            int length = length(type, segment, header);
            if (position + length > payloadLength) {
                return walked(type, position, flags | IS_MALFORMED);
            }
            if (type == IpProtocol.FRAGMENT) {
                fragmentSeen = true;
                flags |= fragmentFlags(segment, header);
            }
            type = nextHeader(segment, header);
            position += length;
            if ((flags & (IS_FRAGMENT | IS_FIRST_FRAGMENT)) == IS_FRAGMENT) {
                break;
            }
        }
        return walked(type, position, flags);
    }

    /**
     * Finds the fragment header of a packet that {@link #walk} has classified as a fragment.
     *
     * @param offset start of the payload
     * @param nextHeader next-header field of the fixed header
     * @return bytes from the start of the payload to the fragment header
     */
    public static int fragmentPosition(MemorySegment segment, long offset, int nextHeader) {
        int position = 0;
        for (int type = nextHeader; type != IpProtocol.FRAGMENT;) {
            int length = length(type, segment, offset + position);
            type = nextHeader(segment, offset + position);
            position += length;
        }
        return position;
    }

    private static long fragmentFlags(MemorySegment segment, long header) {
        if (Ipv6Fragment.isAtomic(segment, header)) {
            return 0;
        }
        return Ipv6Fragment.fragmentOffset(segment, header) == 0 ? IS_FRAGMENT | IS_FIRST_FRAGMENT : IS_FRAGMENT;
    }

    private static long walked(int protocol, int position, long flags) {
        return flags | (long) position << 8 | protocol;
    }

    /**
     * Returns the protocol at which the walk ended: the upper-layer protocol; in a fragment other than the first, the
     * first header of the datagram's fragmentable part, which is in another packet; in a malformed packet, the invalid
     * extension header.
     */
    public static int protocol(long walked) {
        return (int) walked & 0xff;
    }

    /**
     * Returns the bytes from the start of the payload to the header of {@link #protocol(long)}; it may lie beyond the
     * readable bytes.
     */
    public static int upperOffset(long walked) {
        return (int) walked >>> 8;
    }

    /**
     * An extension header other than the fragment header, as a value.
     *
     * @param type its own type, a field of the previous header
     * @param nextHeader 8 bits
     * @param data everything after the length field
     */
    public record Header(int type, int nextHeader, Octets data) {
        public Header {
            if (type == IpProtocol.FRAGMENT || !isExtension(type)) {
                throw new IllegalArgumentException("protocol " + type + " is not an extension header of this form:"
                        + " expected 0, 43, 51 or 60; 44 is " + Ipv6Fragment.class.getSimpleName());
            }
            Fields.unsigned("next header", nextHeader, 8);
            if (type == IpProtocol.AH) {
                Fields.length("authentication header", DATA + data.length(), MIN_LENGTH, 257 * 4, 4);
            } else {
                Fields.length("extension header", DATA + data.length(), MIN_LENGTH, 256 * 8, 8);
            }
        }

        /**
         * Reads a header.
         *
         * @throws IllegalArgumentException when {@link Ipv6Extensions#check} returns false
         */
        public static Header parse(int type, MemorySegment segment, long offset, int available) {
            Fields.checked(check(type, segment, offset, available), "IPv6 extension", available);
            return new Header(type, Ipv6Extensions.nextHeader(segment, offset),
                    Octets.of(segment, offset + DATA, Ipv6Extensions.length(type, segment, offset) - DATA));
        }

        /** Returns the number of bytes that {@link #emit} writes. */
        public int length() {
            return DATA + data.length();
        }

        public void emit(MemorySegment segment, long offset) {
            putU8(segment, offset + NEXT_HEADER, nextHeader);
            putU8(segment, offset + HEADER_LENGTH, type == IpProtocol.AH ? length() / 4 - 2 : length() / 8 - 1);
            data.emit(segment, offset + DATA);
        }
    }
}
