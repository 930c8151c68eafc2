package net.weft.vswitch.forward;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The live state of the legs of each port: one word a port, beside the snapshot. A failing leg costs one store here; no
 * snapshot is published, and no flow-cache entry or MAC entry of the port is flushed.
 * <p>
 * Bit {@code n} of a word stands for the {@code n}-th leg of the port. Words are indexed by port index, like the arrays
 * of a snapshot. Several threads may write (the control thread, link protocols); workers read without waiting.
 */
public final class LinkState {
    /** Exclusive upper bound of port indices. */
    public static final int MAX_PORTS = 1 << 16;
    /** Maximum number of legs of one port. */
    public static final int MAX_LEGS = 32;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(int[].class);

    private final int[] carrier = new int[MAX_PORTS];
    private final int[] forwarding = new int[MAX_PORTS];
    private final int[] collecting = new int[MAX_PORTS];

    /**
     * Sets which legs of a port have carrier: the switch's own frames may leave by these legs even while the port is
     * err-disabled.
     */
    public void carrier(int port, int legs) {
        WORD.setRelease(carrier, port, legs);
    }

    /** Sets which legs of a port forward users' frames; 0 if the port is down or err-disabled. */
    public void forwarding(int port, int legs) {
        WORD.setRelease(forwarding, port, legs);
    }

    /** Sets by which legs of a link aggregation users' frames are accepted. Other ports accept them by every leg. */
    public void collecting(int port, int legs) {
        WORD.setRelease(collecting, port, legs);
    }

    /** Returns the set of legs of a link aggregation by which users' frames are accepted. */
    public int collecting(int port) {
        return (int) WORD.getOpaque(collecting, port);
    }

    /** Starts or stops the forwarding of frames by one leg of a port: the only store that a failing leg costs. */
    public void forwarding(int port, int leg, boolean carries) {
        if (carries) {
            WORD.getAndBitwiseOr(forwarding, port, 1 << leg);
        } else {
            WORD.getAndBitwiseAnd(forwarding, port, ~(1 << leg));
        }
    }

    /** Returns the set of legs that have carrier. */
    public int carrier(int port) {
        return (int) WORD.getOpaque(carrier, port);
    }

    /** Returns the set of legs that forward users' frames. */
    public int forwarding(int port) {
        return (int) WORD.getOpaque(forwarding, port);
    }

    /** Returns whether any leg of the port forwards frames. */
    public boolean isUp(int port) {
        return forwarding(port) != 0;
    }
}
