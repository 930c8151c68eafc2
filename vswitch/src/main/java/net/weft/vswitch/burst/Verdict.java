package net.weft.vswitch.burst;

/** What is to become of a frame, as one int: the number of the port it leaves by, or one of these. */
public final class Verdict {
    public static final int FLOOD = -1;
    /** Those below carry a reason: {@code DROP - reason}. */
    private static final int DROP = -2;
    /** The control thread has it. */
    public static final int PUNTED = Integer.MIN_VALUE;
    /** It waits for something, and comes again. */
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

    /** Whether the frame goes nowhere, and a reason says why. */
    public static boolean isDrop(int verdict) {
        return verdict <= DROP && verdict > HELD;
    }

    /** The ordinal of the reason of a verdict that is neither a port nor FLOOD nor PUNTED nor HELD. */
    public static int reason(int verdict) {
        return DROP - verdict;
    }
}
