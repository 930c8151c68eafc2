package net.weft.vswitch.stack;

import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.Verdict;

/**
 * Takes frames of users out of stack frames. Each frame is copied once, so that nothing changes behind the checks, and becomes a
 * frame of a second burst, {@link #inner}: its ingress port is the port of another member by which it entered the stack.
 * <p>
 * One per worker; not thread-safe; nothing is allocated per frame.
 */
public final class StackReceiver implements AutoCloseable {
    /** Result of {@link #receive}: the frame is in {@link #inner}. */
    public static final int ACCEPTED = -1;
    /** Result of {@link #receive}: the frame is a control message. */
    public static final int CONTROL = -2;
    /** Result of {@link #receive}: the frame is a piece of one of which others are missing. */
    public static final int KEPT = -3;
    private static final int ETHERNET_BYTES = 14;
    private static final int FOREIGN = DropReason.STACK_FOREIGN.ordinal();
    private static final int MALFORMED = DropReason.MALFORMED.ordinal();
    private static final int TOPOLOGY = DropReason.STACK_TOPOLOGY.ordinal();

    private final Burst inner = new Burst();
    private final int[] to = new int[Burst.CAPACITY];
    private final int[] hops = new int[Burst.CAPACITY];
    private final int[] source = new int[Burst.CAPACITY];
    private final int[] epoch = new int[Burst.CAPACITY];
    private final StackSeal seal = new StackSeal();
    private final PieceTable pieces = new PieceTable();
    private StackTable table = StackTable.NONE;
    private StackRoutes routes = StackRoutes.NONE;

    /** Adopts a new configuration; between bursts only. */
    public void adopt(StackTable next) {
        table = next;
        if (next.isActive()) {
            pieces.prepare();
        }
        for (int slot = 0; slot < StackRoutes.MAX_LINKS; slot++) {
            if (next.protection(slot) != LinkProtection.NONE) {
                seal.prepare();
            }
        }
    }

    /** Begins a burst. @param now the ways by which all its frames are judged */
    public void begin(StackRoutes now) {
        routes = now;
        inner.clear();
    }

    /** The frames that were taken out since {@link #begin}. */
    public Burst inner() {
        return inner;
    }

    /** Returns where frame {@code i} of {@link #inner} goes: the index of a port, or {@link Verdict#FLOOD}. */
    public int to(int i) {
        return to[i];
    }

    /** Returns how many links frame {@code i} of {@link #inner} may still take. */
    public int hops(int i) {
        return hops[i];
    }

    /** Returns the member by which frame {@code i} of {@link #inner} entered the stack. */
    int source(int i) {
        return source[i];
    }

    /** Returns the filter epoch under which frame {@code i} of {@link #inner} entered the stack. */
    int epoch(int i) {
        return epoch[i];
    }

    /**
     * Takes a frame out of a stack frame.
     *
     * @param slot link by which it came
     * @return {@link #ACCEPTED}, {@link #CONTROL}, {@link #KEPT}, or the ordinal of the reason to drop it
     */
    public int receive(Burst burst, int i, int slot) {
        long head = burst.head(i);
        int length = burst.length[i];
        if (length <= StackFrame.KIND || burst.tag[i] != 0
                || Short.toUnsignedInt(Memory.getShortBe(head + StackFrame.TYPE)) != StackFrame.ETHER_TYPE) {
            return FOREIGN;
        }
        int version = Memory.getByte(head + StackFrame.VERSION);
        if (version < 1 || version > StackFrame.MAX_VERSION) {
            return FOREIGN;
        }
        int kind = Memory.getByte(head + StackFrame.KIND);
        if (kind == StackFrame.CONTROL) {
            return length < StackFrame.MESSAGE ? MALFORMED : CONTROL;
        }
        if (kind == StackFrame.PIECE) {
            return receivePiece(burst, i, slot);
        }
        if (kind != StackFrame.DATA || length > Burst.AREA_STRIDE) {
            return MALFORMED;
        }
        copy(burst, i, inner.area(inner.count));
        return receiveData(slot, length);
    }

    private int receivePiece(Burst burst, int i, int slot) {
        StackSession session = table.protection(slot) == LinkProtection.NONE ? null : table.links().session(slot);
        int result = pieces.accept(burst, i, slot, session == null ? 0 : session.id());
        if (result != PieceTable.WHOLE) {
            return result == PieceTable.MISSING ? KEPT : result;
        }
        long at = inner.area(inner.count);
        Memory.copy(pieces.whole(), at + StackFrame.VERSION, pieces.wholeBytes());
        boolean isData = pieces.wholeBytes() > StackFrame.KIND - StackFrame.VERSION
                && Memory.getByte(at + StackFrame.KIND) == StackFrame.DATA;
        return isData ? receiveData(slot, StackFrame.VERSION + pieces.wholeBytes()) : MALFORMED;
    }

    /** Returns how many frames were given up since the last call because pieces of them were missing. */
    public int takeIncomplete() {
        return pieces.takeIncomplete();
    }

    /** Opens the frame that was copied to the next area. @param length its bytes */
    private int receiveData(int slot, int length) {
        LinkProtection protection = table.protection(slot);
        long at = inner.area(inner.count);
        int innerAt = StackFrame.VERSION + Byte.toUnsignedInt(Memory.getByte(at + StackFrame.HEADER_LENGTH));
        int innerBytes = length - innerAt - StackSeal.bytes(protection);
        if (length < StackFrame.OVERHEAD + ETHERNET_BYTES - StackFrame.SEAL_BYTES || innerAt < StackFrame.INNER
                || innerBytes < ETHERNET_BYTES) {
            return MALFORMED;
        }
        int refusal = seal.open(at, innerAt, length, protection, table.links().session(slot));
        if (refusal != StackSeal.RIGHT) {
            return refusal;
        }
        return accept(at, innerAt, innerBytes, slot);
    }

    private static void copy(Burst burst, int i, long at) {
        Memory.copy(burst.head(i), at, burst.headLength[i]);
        long next = at + burst.headLength[i];
        for (int n = 0; n < burst.bodyCount(i); n++) {
            Memory.copy(burst.bodyAddress(i, n), next, burst.bodyLength(i, n));
            next += burst.bodyLength(i, n);
        }
    }

    private int accept(long at, int innerAt, int innerBytes, int slot) {
        int from = Short.toUnsignedInt(Memory.getShortBe(at + StackFrame.SOURCE_MEMBER));
        int port = table.index(Memory.getIntBe(at + StackFrame.SOURCE_PORT));
        long offload = Memory.getLongBe(at + StackFrame.OFFLOAD);
        if (!mayEnter(port, from)) {
            return FOREIGN;
        }
        if (Offload.gsoType(offload) != Offload.GSO_NONE) {
            return MALFORMED;
        }
        int limit = Byte.toUnsignedInt(Memory.getByte(at + StackFrame.HOP_LIMIT));
        int destination;
        if ((Memory.getShortBe(at + StackFrame.FLAGS) & StackFrame.FLOOD) != 0) {
            if (limit == 0 || !routes.acceptsFlood(slot, from, Memory.getLongBe(at + StackFrame.DIGEST))) {
                return TOPOLOGY;
            }
            destination = Verdict.FLOOD;
        } else {
            destination = table.index(Memory.getIntBe(at + StackFrame.DESTINATION_PORT));
            int member = Short.toUnsignedInt(Memory.getShortBe(at + StackFrame.DESTINATION_MEMBER));
            if (destination < 0 || (table.isSpread(destination) ? 0 : table.member(destination)) != member) {
                return FOREIGN;
            }
            if (limit == 0) {
                return TOPOLOGY;
            }
        }
        to[inner.count] = destination;
        hops[inner.count] = limit - 1;
        source[inner.count] = from;
        epoch[inner.count] = Memory.getIntBe(at + StackFrame.FILTER_EPOCH);
        inner.add(at + innerAt, innerBytes, port, offload, Memory.getIntBe(at + StackFrame.TAG));
        return ACCEPTED;
    }

    /** Returns whether frames can enter the stack at another member by a port. */
    private boolean mayEnter(int port, int member) {
        return table.isSpread(port)
                ? member != 0 && member != table.self()
                : port >= 0 && table.isRemote(port) && table.member(port) == member;
    }

    @Override
    public void close() {
        seal.close();
        pieces.close();
        inner.close();
    }
}
