package net.weft.vswitch.burst;

import net.weft.linux.Memory;

/**
 * The virtio-net header of a frame as one {@code long}: which checksum the sender left open, and into which segments
 * the frame must be cut (virtio 1.2, 5.1.6; <code>struct virtio_net_hdr</code>, 10 bytes little-endian).
 * <p>
 * The word 0 stands for a finished frame. The word travels with the frame from receive to transmit; classification
 * validates it once, and every header that leaves is written anew from it. Offsets count from the destination MAC of
 * the frame as received.
 */
public final class Offload {
    /** Bytes of the header on tap and packet sockets (without {@code num_buffers}). */
    public static final int HEADER_BYTES = 10;

    /** The checksum over the bytes from {@code csum_start} must be completed. */
    public static final int NEEDS_CSUM = 1;
    /** The receiver need not verify the checksum. */
    public static final int DATA_VALID = 2;

    public static final int GSO_NONE = 0;
    public static final int GSO_TCPV4 = 1;
    /** UDP fragmentation offload: the datagram must be cut into IP fragments. */
    public static final int GSO_UDP = 3;
    public static final int GSO_TCPV6 = 4;
    /** UDP segmentation offload: the payload must be cut into datagrams. */
    public static final int GSO_UDP_L4 = 5;
    /** Flag beside a TCP type: the first segment carries CWR. */
    public static final int GSO_ECN = 0x80;

    /** Offset of the checksum in the SCTP header (RFC 9260, 3.1). The checksums of TCP and UDP have other offsets. */
    public static final int SCTP_CHECKSUM_OFFSET = 8;

    private static final int TYPE_SHIFT = 8;
    private static final int SIZE_SHIFT = 16;
    private static final int START_SHIFT = 32;
    private static final int OFFSET_SHIFT = 48;
    private static final int HEADERS_SHIFT = 54;

    private Offload() {
    }

    /**
     * Packs a word.
     * @param flags {@link #NEEDS_CSUM}, {@link #DATA_VALID}
     * @param gsoType GSO_ constant, with {@link #GSO_ECN} or without
     * @param gsoSize payload bytes of a segment, {@code 0..65535}
     * @param csumStart offset of the checksummed part, {@code 0..65535}
     * @param csumOffset offset of the checksum field from there, {@code 0..63}; larger values become 63, which no
     *            protocol uses and validation refuses
     * @param headerLength bytes before the payload, {@code 0..1023}
     */
    public static long of(int flags, int gsoType, int gsoSize, int csumStart, int csumOffset, int headerLength) {
        return (flags & 0xFFL) | (gsoType & 0xFFL) << TYPE_SHIFT | (gsoSize & 0xFFFFL) << SIZE_SHIFT
                | (csumStart & 0xFFFFL) << START_SHIFT | (long) Math.min(csumOffset, 63) << OFFSET_SHIFT
                | (long) Math.min(headerLength, 1023) << HEADERS_SHIFT;
    }

    public static int flags(long word) {
        return (int) word & 0xFF;
    }

    public static boolean needsChecksum(long word) {
        return (word & NEEDS_CSUM) != 0;
    }

    /** GSO_ constant without the ECN flag. */
    public static int gsoType(long word) {
        return (int) (word >>> TYPE_SHIFT) & 0x7F;
    }

    public static boolean ecn(long word) {
        return (word >>> TYPE_SHIFT & GSO_ECN) != 0;
    }

    public static int gsoSize(long word) {
        return (int) (word >>> SIZE_SHIFT) & 0xFFFF;
    }

    public static int csumStart(long word) {
        return (int) (word >>> START_SHIFT) & 0xFFFF;
    }

    public static int csumOffset(long word) {
        return (int) (word >>> OFFSET_SHIFT) & 0x3F;
    }

    /** Returns whether the open checksum is the CRC32c of SCTP. */
    public static boolean isSctp(long word) {
        return needsChecksum(word) && csumOffset(word) == SCTP_CHECKSUM_OFFSET;
    }

    /** Length in bytes of the headers before the payload of a segment; set by validation. */
    public static int headerLength(long word) {
        return (int) (word >>> HEADERS_SHIFT) & 0x3FF;
    }

    /**
     * Reads a header. The header of a finished frame reads as 0, whatever its unused fields contain.
     * @param address address of {@link #HEADER_BYTES} readable bytes
     */
    public static long read(long address) {
        long first = Memory.getLong(address);
        int flags = (int) first & 0xFF;
        int gsoType = (int) (first >>> 8) & 0xFF;
        if ((flags & NEEDS_CSUM) == 0 && gsoType == GSO_NONE) {
            return 0;
        }
        int csumOffset = Short.toUnsignedInt(Memory.getShort(address + 8));
        return of(flags & NEEDS_CSUM, gsoType, (int) (first >>> 32) & 0xFFFF, (int) (first >>> 48) & 0xFFFF, csumOffset,
                (int) (first >>> 16) & 0xFFFF);
    }

    /**
     * Writes the header of a frame that is transmitted.
     * @param word validated word
     * @param shift bytes by which the payload has moved back since the frame was received (4 for a tag pushed, -4 for a
     *            tag stripped)
     * @param address address of {@link #HEADER_BYTES} writable bytes
     */
    public static void write(long word, int shift, long address) {
        if (word == 0) {
            Memory.putLong(address, 0);
            Memory.putShort(address + 8, (short) 0);
            return;
        }
        boolean segmented = gsoType(word) != GSO_NONE;
        boolean checksum = needsChecksum(word);
        long first = flags(word) | (word >>> TYPE_SHIFT & 0xFFL) << 8
                | (segmented ? (long) (headerLength(word) + shift) << 16 | (long) gsoSize(word) << 32 : 0)
                | (checksum ? (long) (csumStart(word) + shift) << 48 : 0);
        Memory.putLong(address, first);
        Memory.putShort(address + 8, (short) (checksum ? csumOffset(word) : 0));
    }

    /**
     * Returns the word of the same frame with its headers moved back by {@code shift} bytes (4 for a tag pushed, -4 for
     * a tag stripped).
     */
    public static long shifted(long word, int shift) {
        return word == 0
                ? 0
                : of(flags(word), (int) (word >>> TYPE_SHIFT) & 0xFF, gsoSize(word),
                        needsChecksum(word) ? csumStart(word) + shift : 0, csumOffset(word),
                        headerLength(word) + shift);
    }

    /** Returns the {@link Device} capability bits that the word needs; 0 for a finished frame. */
    public static int needs(long word) {
        if (word == 0) {
            return 0;
        }
        int needed = !needsChecksum(word) ? 0 : isSctp(word) ? Device.SCTP_CHECKSUM : Device.CHECKSUM;
        switch (gsoType(word)) {
            case GSO_NONE -> {
            }
            case GSO_TCPV4 -> needed |= Device.TSO4;
            case GSO_TCPV6 -> needed |= Device.TSO6;
            case GSO_UDP_L4 -> needed |= Device.USO;
            default -> needed |= Device.UFO;
        }
        return ecn(word) ? needed | Device.TSO_ECN : needed;
    }
}
