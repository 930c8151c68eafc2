package net.weft.examples.bench.vhost;

import java.util.Arrays;
import java.util.Locale;

/** How the machines lay out their rings (virtio 1.2, 2.7 and 2.8). */
enum RingLayout {
    SPLIT, PACKED;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static RingLayout of(String label) {
        return Arrays.stream(values()).filter(layout -> layout.label().equals(label.toLowerCase(Locale.ROOT)))
                .findFirst().orElseThrow(() -> new IllegalArgumentException(
                        "--rings " + label + ": expected split, packed or both"));
    }
}
