package net.weft.vswitch.device.vhost;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits how much of this process's 128 TiB of address space front ends may fill with guest memory. A sparse file costs
 * a front end nothing, and without free addresses no guest can be served. So there is a limit per front end, and the
 * total of the large ones is limited so that there is room for thousands of small ones.
 */
final class AddressSpace {
    private static final long TIB = 1L << 40;
    /** Largest total of one front end, bytes. */
    static final long LIMIT = 16 * TIB;
    /** A front end with at most this many bytes is always served. */
    static final long SMALL = TIB;
    /** Total of all front ends, bytes, above which front ends that are not small are refused. */
    static final long ALL = 64 * TIB;

    private static final AtomicLong TAKEN = new AtomicLong();

    private AddressSpace() {
    }

    /**
     * Reserves address space for a region before it is mapped. Any thread.
     *
     * @param before bytes that the front end has mapped already
     */
    static void take(long before, long bytes) throws VhostViolationException {
        if (bytes > LIMIT - before) {
            throw new VhostViolationException("memory regions of more than " + LIMIT / TIB + " TiB together");
        }
        if (TAKEN.addAndGet(bytes) > ALL && before + bytes > SMALL) {
            giveBack(bytes);
            throw VhostViolationException.noRoom("a memory region of " + bytes
                    + " bytes: the guests of this switch have"
                    + " more than " + ALL / TIB + " TiB mapped already; let them have less, or serve some by another");
        }
    }

    static void giveBack(long bytes) {
        TAKEN.addAndGet(-bytes);
    }
}
