package net.weft.stacking.topology;

/** A hash of 64 bits that is the same on every member; not for secrets. The steps are those of the finalizer of SplitMix64. */
final class Digest {
    private Digest() {
    }

    static long mix(long digest, long value) {
        long z = digest * 0x9E37_79B9_7F4A_7C15L + value;
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }
}
