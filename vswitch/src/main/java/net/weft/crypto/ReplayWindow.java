package net.weft.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Accepts each counter of a key pair at most once, by any number of threads without a lock.
 *
 * <p>The counters are divided into blocks of 32. A block's slot is one word: the low half of the block's number above, one bit a counter
 * below. A word is replaced only by compare-and-set, so two threads that carry the same counter cannot both set its bit. {@code greatest}
 * is raised <i>before</i> a slot is written; whoever finds another block's number in its slot reads {@code greatest} after it, and that
 * tells whether the slot's block is older, to be replaced, or newer, so that the counter has left the window. Nothing is cleared in
 * loops, however far a counter jumps. The window is that of the kernel: 8,128 behind the greatest (RFC 6479 describes the idea).
 */
public final class ReplayWindow {
    /** REJECT-AFTER-MESSAGES of the whitepaper §6.1, unsigned. */
    public static final long REJECT_AFTER_MESSAGES = -1L - (1 << 13);
    public static final int WINDOW = 8192 - 64;

    private static final int SLOTS = 256;
    private static final int BLOCK_SHIFT = 5;
    private static final int BIT_MASK = 31;
    private static final long BITS_MASK = 0xffff_ffffL;

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle GREATEST;

    static {
        try {
            GREATEST = MethodHandles.lookup().findVarHandle(ReplayWindow.class, "greatest", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long[] slots = new long[SLOTS];
    @SuppressWarnings("unused") // by its handle
    private volatile long greatest;

    /** True once for each counter within the window, unsigned; false for a repeated one, one that is too old, and one beyond the limit. */
    public boolean accept(long counter) {
        if (Long.compareUnsigned(counter, REJECT_AFTER_MESSAGES) >= 0) {
            return false;
        }
        raise(counter);
        long block = counter >>> BLOCK_SHIFT;
        int slot = (int) block & SLOTS - 1;
        long bit = 1L << (int) (counter & BIT_MASK);
        while (true) {
            long old = (long) SLOT.getVolatile(slots, slot);
            if (isTooOld(counter)) {
                return false;
            }
            boolean same = (int) (old >>> 32) == (int) block;
            if (same && (old & bit) != 0) {
                return false;
            }
            long replaced = (same ? old & BITS_MASK : 0) | bit | block << 32;
            if (SLOT.compareAndSet(slots, slot, old, replaced)) {
                return true;
            }
        }
    }

    private boolean isTooOld(long counter) {
        return Long.compareUnsigned(counter + WINDOW, (long) GREATEST.getVolatile(this)) < 0;
    }

    private void raise(long counter) {
        long seen = (long) GREATEST.getVolatile(this);
        while (Long.compareUnsigned(counter, seen) > 0) {
            long witness = (long) GREATEST.compareAndExchange(this, seen, counter);
            if (witness == seen) {
                return;
            }
            seen = witness;
        }
    }
}
