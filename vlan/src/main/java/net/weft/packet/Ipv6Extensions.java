package net.weft.packet;

import static net.weft.packet.NetworkOrder.getU8;
import static net.weft.packet.NetworkOrder.putU8;

import java.lang.foreign.MemorySegment;

/**
 * The IPv6 extension headers (RFC 8200, 4; authentication header RFC 4302) between the fixed header and the upper layer.
 *
 * <p>{@link #walk} goes from header to header and packs what it found into a long: the protocol it ended at, how far from the
 * start that is, and flags. All but the fragment header ({@link Ipv6Fragment}) share one form, next header and length first;
 * a header's own type stands in the one before it, so {@link #check} and {@link #length} are told.
 */
public final class Ipv6Extensions {
    public static final int NEXT_HEADER = 0;
    public static final int HEADER_LENGTH = 1;
    public static final int DATA = 2;
    /** Routing header (RFC 8200, 4.4). */
    public static final int ROUTING_TYPE = 2;
    public static final int SEGMENTS_LEFT = 3;
    /** The shortest of them. */
    public static final int MIN_LENGTH = 8;

    /** More headers than this in a row are refused: no sender needs them, and each costs time. */
    public static final int MAX_HEADERS = 8;

    /** A part of a datagram; atomic fragments (RFC 6946) count as whole. */
    public static final long IS_FRAGMENT = 1L << 32;
    /** The first part. */
    public static final long IS_FIRST_FRAGMENT = 1L << 33;
    /** The walk left the readable bytes: it ended at the last header it could read. */
    public static final long IS_TOO_LONG = 1L << 34;
    /** A header leaves the payload, stands where it may not, or there are too many: the walk ended there. */
    public static final long IS_MALFORMED = 1L << 35;

    private Ipv6Extensions() {
    }

    /** Whether a next-header value names one of them. */
    public static boolean isExtension(int nextHeader) {
        return switch (nextHeader) {
            case IpProtocol.HOP_BY_HOP, IpProtocol.ROUTING, IpProtocol.FRAGMENT, IpProtocol.AH,
                    IpProtocol.DESTINATION_OPTIONS ->
                true;
            default -> false;
        };
    }

    /** Whether a header of this type lies within {@code available} readable bytes. */
    public static boolean check(int type, MemorySegment segment, long offset, int available) {
        return isExtension(type) && available >= MIN_LENGTH && length(type, segment, offset) <= available;
    }

    /** Bytes of the header, 8-2048. */
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
     * Finds the upper layer behind the fixed header. Reads no byte beyond {@code available}, whatever the bytes are.
     *
     * @param offset where the payload starts
     * @param available readable bytes from there
     * @param payloadLength bytes of the payload, 0-65535
     * @param nextHeader of the fixed header
     * @return see {@link #protocol(long)}, {@link #upperOffset} and the flags
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
     * Finds the fragment header of a packet that {@link #walk} has found to be a fragment.
     *
     * @param offset where the payload starts
     * @param nextHeader of the fixed header
     * @return bytes from the start of the payload to it
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
     * Where the walk ended: the upper-layer protocol; behind a fragment header other than the first, the protocol of the
     * datagram's fragmentable part, whose header is elsewhere; with a fault, the extension header at fault.
     */
    public static int protocol(long walked) {
        return (int) walked & 0xff;
    }

    /** Bytes from the start of the payload to what {@link #protocol(long)} names; perhaps beyond the readable ones. */
    public static int upperOffset(long walked) {
        return (int) walked >>> 8;
    }

    /**
     * Any of them but the fragment header, as a value.
     *
     * @param type its own type, from the header before
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
         * Reads a header out.
         *
         * @throws IllegalArgumentException when {@link Ipv6Extensions#check} says no
         */
        public static Header parse(int type, MemorySegment segment, long offset, int available) {
            Fields.checked(check(type, segment, offset, available), "IPv6 extension", available);
            return new Header(type, Ipv6Extensions.nextHeader(segment, offset),
                    Octets.of(segment, offset + DATA, Ipv6Extensions.length(type, segment, offset) - DATA));
        }

        /** Bytes that {@link #emit} writes. */
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
