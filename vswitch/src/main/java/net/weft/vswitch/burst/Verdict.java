package net.weft.vswitch.burst;

/** The forwarding decision on a frame as one int: the index of its egress port, or one of these constants. */
public final class Verdict {
    public static final int FLOOD = -1;
    /** Verdicts from here downwards are drops and carry a reason: {@code DROP - reason}. */
    private static final int DROP = -2;
    /** The frame was punted to a link protocol and is not forwarded. */
    public static final int PUNTED = Integer.MIN_VALUE;
    /** The frame is held, and is recirculated later. */
    public static final int HELD = Integer.MIN_VALUE + 1;

    private Verdict() {
    }

    public static int drop(DropReason reason) {
        return DROP - reason.ordinal();
    }

    /** @param reason ordinal of a {@link DropReason} */
    public static int drop(int reason) {
        return DROP - reason;
    }

    /** Returns whether the verdict is a drop with a reason. */
    public static boolean isDrop(int verdict) {
        return verdict <= DROP && verdict > HELD;
    }

    /** Returns the ordinal of the drop reason. The verdict must be a drop. */
    public static int reason(int verdict) {
        return DROP - verdict;
    }
}
