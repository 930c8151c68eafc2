package net.weft.vswitch.forward;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which legs of each port carry frames now: one word a port, beside the snapshot. A leg that fails is one store here; no snapshot is
 * published, no cached flow and no MAC entry is forgotten, whatever number of them leads to the port.
 * <p>
 * Bit {@code n} of a word stands for the {@code n}-th leg of the port. Words are indexed as the arrays of a snapshot are, by port index.
 * Writers (the control thread, a link protocol) may be several; workers read without waiting.
 */
public final class LinkState {
    /** Port indices are below this. */
    public static final int MAX_PORTS = 1 << 16;
    /** Legs of one port at most. */
    public static final int MAX_LEGS = 32;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(int[].class);

    private final int[] carrier = new int[MAX_PORTS];
    private final int[] forwarding = new int[MAX_PORTS];

    /** Sets which legs of a port have a link at all: frames of the switch's own may leave by these, also while the port is err-disabled. */
    public void carrier(int port, int legs) {
        WORD.setRelease(carrier, port, legs);
    }

    /** Sets which legs of a port carry users' frames; 0 for a port that is down or shut. */
    public void forwarding(int port, int legs) {
        WORD.setRelease(forwarding, port, legs);
    }

    /** Has one leg of a port carry frames, or not: the only store that a failing leg costs. */
    public void forwarding(int port, int leg, boolean carries) {
        if (carries) {
            WORD.getAndBitwiseOr(forwarding, port, 1 << leg);
        } else {
            WORD.getAndBitwiseAnd(forwarding, port, ~(1 << leg));
        }
    }

    /** The legs that have a link. */
    public int carrier(int port) {
        return (int) WORD.getOpaque(carrier, port);
    }

    /** The legs that carry users' frames. */
    public int forwarding(int port) {
        return (int) WORD.getOpaque(forwarding, port);
    }

    /** Whether the port carries frames by any leg. */
    public boolean isUp(int port) {
        return forwarding(port) != 0;
    }
}
