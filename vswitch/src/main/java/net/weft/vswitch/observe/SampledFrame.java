package net.weft.vswitch.observe;

import java.lang.foreign.MemorySegment;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Verdict;

/**
 * One sample of a {@link FrameSampling}: a view that {@link FrameSampling#drain} moves from sample to sample, so it
 * must not be kept. The frame is as it was received, with its outer tag inline even if the device delivered it out of
 * band.
 */
public final class SampledFrame {
    /** Maximum number of bytes of each frame that are copied. */
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

    /** The fate of a frame. Drops at egress ports afterwards are not included. */
    public enum Fate {
        /** The frame was forwarded to the one {@link #egress} port. */
        FORWARDED,
        /** The frame was flooded to the other ports of its VLAN. */
        FLOODED,
        /** The frame was punted to the switch itself, or is held. */
        CONSUMED,
        /** The frame was dropped for a {@link #reason}. */
        DROPPED
    }

    SampledFrame at(long address) {
        slot = address;
        return this;
    }

    /** Time at which the burst was received, by the monotonic clock in nanoseconds. */
    public long timeNs() {
        return Memory.getLong(slot + TIME);
    }

    /** Number of the ingress port. */
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

    /** Number of the egress port; 0 unless the frame was {@link Fate#FORWARDED}. */
    public int egress() {
        return Math.max(0, Memory.getInt(slot + VERDICT));
    }

    /**
     * Returns why the frame was dropped.
     * @throws IllegalStateException if it was not dropped
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

    /** VLAN ID of the frame; for a dropped frame, the VLAN ID of its tag, 0 for none. */
    public int vid() {
        return Memory.getInt(slot + VID);
    }

    /** Length in bytes of the whole frame with its tags, without frame check sequence. */
    public int wireLength() {
        return Memory.getInt(slot + WIRE_LENGTH);
    }

    /** Length in bytes of {@link #head}, {@code 0..}{@value #HEAD_BYTES}. */
    public int headLength() {
        return Memory.getInt(slot + HEAD_LENGTH);
    }

    /** Offset, in the head, of the EtherType behind the outer tag. */
    public int typeOffset() {
        return tag() == 0 ? 12 : 16;
    }

    /** The first bytes of the frame. */
    public MemorySegment head() {
        return Memory.segment(slot + HEAD, headLength());
    }
}
