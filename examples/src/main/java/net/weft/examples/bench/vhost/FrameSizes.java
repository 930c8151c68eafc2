package net.weft.examples.bench.vhost;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The sizes of circulating frames, as testpmd's {@code txpkts} (bytes in memory, without the FCS). It splits a frame
 * into segments of these sizes, and where that is random, ends it after any of them with the same probability.
 */
enum FrameSizes {
    B64("64", "64"), //
    B512("512", "512"), //
    /** The longest at an MTU of 1500: 1518 with the FCS. */
    B1518("1518", "1514"), //
    /** Seven frames of 64 to 70 octets, four of 589 to 592, one of 1514: the simple mix 7:4:1 with its mean of 354 octets. */
    IMIX("imix", "64,1,1,1,1,1,1,519,1,1,1,922");

    final String label;
    final String segments;

    FrameSizes(String label, String segments) {
        this.label = label;
        this.segments = segments;
    }

    boolean isMix() {
        return this == IMIX;
    }

    static FrameSizes of(String label) {
        return Arrays.stream(values()).filter(sizes -> sizes.label.equals(label.toLowerCase(Locale.ROOT))).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--frames " + label + ": expected some of "
                        + Arrays.stream(values()).map(sizes -> sizes.label).collect(Collectors.joining(", "))));
    }
}
