package net.weft.wireguard;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A TAI64N time stamp as initiations carry it: 12 bytes, compared as one unsigned number. A responder accepts only stamps that are
 * strictly greater than the greatest it accepted from that peer, which is what makes a replayed initiation worthless.
 *
 * @param seconds 2^62 plus the TAI seconds since 1970, unsigned
 * @param nanos nanoseconds of the second, unsigned
 */
public record Tai64n(long seconds, int nanos) implements Comparable<Tai64n> {
    public static final int BYTES = 12;

    private static final long EPOCH = 0x4000_0000_0000_000AL;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** What a person's device reveals of its clock: 2^24 ns, about 16.8 ms, as the kernel rounds. */
    private static final int ROUNDING_MASK = (1 << 24) - 1;

    /** The stamp at a time in nanoseconds since 1970, rounded down. */
    static Tai64n at(long unixNs) {
        int nanos = (int) Math.floorMod(unixNs, NANOS_PER_SECOND) & ~ROUNDING_MASK;
        return new Tai64n(EPOCH + Math.floorDiv(unixNs, NANOS_PER_SECOND), nanos);
    }

    /** The stamp for the next initiation: the clock's, or one step beyond the last one sent if the clock has not passed that. */
    static Tai64n next(long unixNs, @Nullable Tai64n lastSent) {
        Tai64n now = at(unixNs);
        return lastSent == null || now.compareTo(lastSent) > 0 ? now : lastSent.step();
    }

    private Tai64n step() {
        int next = nanos + ROUNDING_MASK + 1;
        return Integer.compareUnsigned(next, (int) NANOS_PER_SECOND) < 0
                ? new Tai64n(seconds, next)
                : new Tai64n(seconds + 1, 0);
    }

    public static Tai64n read(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        return new Tai64n(from.getLong(), from.getInt());
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(seconds).putInt(nanos).array();
    }

    @Override
    public int compareTo(Tai64n other) {
        int bySeconds = Long.compareUnsigned(seconds, other.seconds);
        return bySeconds != 0 ? bySeconds : Integer.compareUnsigned(nanos, other.nanos);
    }
}
