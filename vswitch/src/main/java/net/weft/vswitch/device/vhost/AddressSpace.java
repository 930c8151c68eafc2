package net.weft.vswitch.device.vhost;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of this process's address space, of which there are 128 TiB, front ends may fill with memory they say is a guest's: a sparse file costs
 * them nothing, and where no address is left nobody is served. So there is a limit for each of them, and what those take together that take much
 * leaves room for those that take little, of whom there may be thousands.
 */
final class AddressSpace {
    private static final long TIB = 1L << 40;
    /** Of one front end. */
    static final long LIMIT = 16 * TIB;
    /** A front end that has no more is always served. */
    static final long SMALL = TIB;
    /** Of all of them, before those that are not small are refused. */
    static final long ALL = 64 * TIB;

    private static final AtomicLong TAKEN = new AtomicLong();

    private AddressSpace() {
    }

    /**
     * Counts a region before it is mapped. Any thread.
     *
     * @param before bytes that the front end has already
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
