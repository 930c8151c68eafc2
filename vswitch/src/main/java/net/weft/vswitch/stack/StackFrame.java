package net.weft.vswitch.stack;

/**
 * Layout of stack frames: the offset of each field from the beginning of the Ethernet frame. All numbers are big-endian.
 * <p>
 * A frame of users is {@link #INNER} bytes of headers, the frame without its outer tag, and a seal of {@link #SEAL_BYTES} bytes
 * behind it unless the link is unprotected. A control frame has the length of its message at {@link #MESSAGE_LENGTH}, and the
 * message, which authenticates itself, at {@link #MESSAGE}.
 * <p>
 * A frame of users that is longer than the link can carry is cut after it was sealed: each piece has {@link #PIECE_DATA} bytes of headers
 * and a part of the frame, which begins with {@link #VERSION}. All pieces but the last have the same length.
 */
public final class StackFrame {
    /** Local experimental EtherType 1 of IEEE 802-2014, 9.2.3. */
    public static final int ETHER_TYPE = 0x88B5;
    /** Group address of stack frames, first byte lowest; locally administered. */
    public static final long DESTINATION = 0x53_54_46_45_57_03L;
    public static final int MAX_VERSION = 1;

    // ---- every stack frame ---------------------------------------------------------------------------------------------

    public static final int TYPE = 12;
    public static final int VERSION = 14;
    public static final int KIND = 15;

    /** {@link #KIND}: hellos and link states. */
    public static final int CONTROL = 1;
    /** {@link #KIND}: a frame of users. */
    public static final int DATA = 2;
    /** {@link #KIND}: a piece of a frame of users. */
    public static final int PIECE = 3;

    // ---- control frames ------------------------------------------------------------------------------------------------

    /** 16 bits. */
    public static final int MESSAGE_LENGTH = 16;
    public static final int MESSAGE = 18;

    // ---- frames of users -----------------------------------------------------------------------------------------------

    /** 8 bits: bytes from {@link #VERSION} to the inner frame. A receiver skips what it does not know. */
    public static final int HEADER_LENGTH = 16;
    /** 8 bits: links that the frame may still take; never 0 on a link. */
    public static final int HOP_LIMIT = 17;
    /** 16 bits, see {@link #FLOOD}. */
    public static final int FLAGS = 18;
    /** 16 bits: member at which the frame entered the stack. */
    public static final int SOURCE_MEMBER = 20;
    /** 16 bits: member at which it leaves; 0 for a flood, and for a link aggregation over several members. */
    public static final int DESTINATION_MEMBER = 22;
    /** 24 bits: the VLAN, and 8 bits that are 0. */
    public static final int SEGMENT = 24;
    /** 64 bits: the topology under which a flood was sent. */
    public static final int DIGEST = 28;
    /** 32 bits: the filters of link aggregations under which a flood was sent. */
    public static final int FILTER_EPOCH = 36;
    /** 32 bits: number of the port by which the frame entered the stack. */
    public static final int SOURCE_PORT = 40;
    /** 32 bits: number of the port by which it leaves; 0 for a flood. */
    public static final int DESTINATION_PORT = 44;
    /** 16 bits each: zones of both ports; 0 where the receiver finds them by itself. */
    public static final int SOURCE_ZONE = 48;
    public static final int DESTINATION_ZONE = 50;
    /** 32 bits: generation of the zoning under which the frame was judged; 0 if it was not. */
    public static final int ZONING = 52;
    /** 32 bits: outer tag of the frame as it entered, {@code tpid << 16 | tci}; 0 for none. */
    public static final int TAG = 56;
    /** 64 bits: {@code Offload} word, with offsets into the inner frame. */
    public static final int OFFLOAD = 60;
    /** 32 bits: the session under whose key the frame is sealed; 0 if it is not. */
    public static final int SESSION = 68;
    /** 64 bits: counts the frames of a session, from 0. */
    public static final int SEQUENCE = 72;
    /** The frame that is carried: addresses, EtherType, payload. */
    public static final int INNER = 80;

    /** {@link #HEADER_LENGTH} of this version. */
    public static final int HEADER_BYTES = INNER - VERSION;
    public static final int SEAL_BYTES = 16;
    /** Bytes by which a frame without tag grows on a protected link. */
    public static final int OVERHEAD = INNER + SEAL_BYTES;
    /** {@link #HOP_LIMIT} of a frame that enters the stack. */
    public static final int MOST_HOPS = 32;

    // ---- pieces --------------------------------------------------------------------------------------------------------

    /** 8 bits: number of the piece, from 0. */
    public static final int PIECE_INDEX = 16;
    /** 8 bits: pieces of the frame, 2 to {@link #MOST_PIECES}. */
    public static final int PIECE_COUNT = 17;
    /** 16 bits: length of the whole frame from {@link #VERSION} on, at most {@link #MOST_CUT_BYTES}. */
    public static final int PIECE_TOTAL = 18;
    /** 32 bits: number of the frame among those that were cut for this link. */
    public static final int PIECE_NUMBER = 20;
    /** 32 bits: as {@link #SESSION}, so that nobody who does not see the link can send pieces. */
    public static final int PIECE_SESSION = 24;
    public static final int PIECE_DATA = 28;
    public static final int MOST_PIECES = 8;
    public static final int MOST_CUT_BYTES = 12 << 10;

    /** {@link #FLAGS}: the frame goes to all members. */
    public static final int FLOOD = 1;

    private StackFrame() {
    }
}
