package net.weft.vswitch.observe;

import java.lang.foreign.MemorySegment;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Verdict;

/**
 * One sample of a {@link FrameSampling}: a view that {@link FrameSampling#drain} moves from sample to sample, not to be kept. The
 * frame is as it came in, its outer tag inline wherever that was received.
 */
public final class SampledFrame {
    /** First bytes of each frame that are kept. */
    public static final int HEAD_BYTES = 128;

    static final int TIME = 0;
    static final int INGRESS = 8;
    static final int VERDICT = 12;
    static final int TAG = 16;
    static final int VID = 20;
    static final int WIRE_LENGTH = 24;
    static final int HEAD_LENGTH = 28;
    static final int HEAD = 32;
    static final int BYTES = HEAD + HEAD_BYTES;

    private long slot;

    /** What became of a frame. What egress ports lost afterwards is not known here. */
    public enum Fate {
        /** To the one {@link #egress} port. */
        FORWARDED,
        /** To every other port of its VLAN. */
        FLOODED,
        /** To the switch itself. */
        CONSUMED,
        /** To nobody, for a {@link #reason}. */
        DROPPED
    }

    SampledFrame at(long address) {
        slot = address;
        return this;
    }

    /** When its burst was received, monotonic clock, nanoseconds. */
    public long timeNs() {
        return Memory.getLong(slot + TIME);
    }

    /** Number of the port it came in by. */
    public int ingress() {
        return Memory.getInt(slot + INGRESS);
    }

    public Fate fate() {
        int verdict = Memory.getInt(slot + VERDICT);
        if (verdict >= 0) {
            return Fate.FORWARDED;
        }
        return verdict == Verdict.FLOOD ? Fate.FLOODED : verdict <= Verdict.HELD ? Fate.CONSUMED : Fate.DROPPED;
    }

    /** Number of the port it was forwarded to; 0 unless it was {@link Fate#FORWARDED}. */
    public int egress() {
        return Math.max(0, Memory.getInt(slot + VERDICT));
    }

    /**
     * Why it was dropped.
     *
     * @throws IllegalStateException unless it was
     */
    public DropReason reason() {
        if (fate() != Fate.DROPPED) {
            throw new IllegalStateException("the frame was " + fate());
        }
        return DropReason.of(Verdict.reason(Memory.getInt(slot + VERDICT)));
    }

    /** Outer tag as received, {@code (tpid << 16) | tci}; 0 for none. */
    public int tag() {
        return Memory.getInt(slot + TAG);
    }

    /** The VLAN it travelled in; of a dropped frame, that of its tag, 0 for none. */
    public int vid() {
        return Memory.getInt(slot + VID);
    }

    /** Bytes of the whole frame with its tags, without frame check sequence. */
    public int wireLength() {
        return Memory.getInt(slot + WIRE_LENGTH);
    }

    /** Bytes of {@link #head}, {@code 0..}{@value #HEAD_BYTES}. */
    public int headLength() {
        return Memory.getInt(slot + HEAD_LENGTH);
    }

    /** Where, in the head, the EtherType behind the outer tag stands. */
    public int typeOffset() {
        return tag() == 0 ? 12 : 16;
    }

    /** The first bytes. */
    public MemorySegment head() {
        return Memory.segment(slot + HEAD, headLength());
    }
}
