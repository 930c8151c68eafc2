package net.weft.vpn;

import java.util.concurrent.atomic.AtomicLong;

/** The limit of bytes that wait for sessions at one gateway. Any thread. */
final class StagingLimit {
    private static final long MAX_BYTES = 4 << 20;

    private final AtomicLong bytes = new AtomicLong();

    boolean take(int more) {
        if (bytes.addAndGet(more) <= MAX_BYTES) {
            return true;
        }
        bytes.addAndGet(-more);
        return false;
    }

    void give(int less) {
        bytes.addAndGet(-less);
    }
}
