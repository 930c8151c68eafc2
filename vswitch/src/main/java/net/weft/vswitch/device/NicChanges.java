package net.weft.vswitch.device;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import net.weft.linux.Link;
import org.jspecify.annotations.Nullable;

/**
 * The changes that Weft made to one interface, and the identity of the interface: its index, its network namespace, and
 * the boot ID of the kernel. The name is for messages only, because it may change; MAC address and driver identify the
 * interface in another namespace.
 *
 * @param namespace as {@link net.weft.linux.NetworkNamespace#own} names it; empty in a file of an earlier version
 * @param boot boot ID of the kernel; null in a file of an earlier version
 * @param mac MAC address, 48 bits, first byte in the most significant bits; 0 if unknown
 * @param mtuBefore MTU in bytes before Weft raised it; 0 if it did not
 * @param mtuRaised MTU in bytes that Weft set
 * @param ipv6 whether Weft switched IPv6 off
 * @param down whether the interface was down and Weft set it up
 * @param lowered whether the watchdog set the interface down, see {@link NicCarriers}
 * @param features offloads that Weft switched off
 */
record NicChanges(int index, String namespace, @Nullable UUID boot, String name, long mac, String kind, int mtuBefore,
        int mtuRaised, boolean ipv6, boolean down, boolean lowered, Set<String> features) {
    private static final String INTERFACE = "interface";
    private static final String NAMESPACE = "namespace";
    private static final String BOOT = "boot";
    private static final String MTU = "mtu";
    private static final String IPV6 = "ipv6-enabled";
    private static final String DOWN = "down";
    private static final String LOWERED = "lowered";
    private static final String FEATURE = "feature";

    NicChanges {
        features = Set.copyOf(features);
    }

    /** An entry without changes. */
    static NicChanges none(Link link, String namespace, UUID boot) {
        return new NicChanges(link.index(), namespace, boot, link.name(), link.mac(), link.kind(), 0, 0, false, false,
                false, Set.of());
    }

    boolean isEmpty() {
        return mtuBefore == 0 && !ipv6 && !down && !lowered && features.isEmpty();
    }

    NicChanges withMtu(int before, int raised) {
        return new NicChanges(index, namespace, boot, name, mac, kind, before, raised, ipv6, down, lowered,
                features);
    }

    NicChanges withLowered(boolean is) {
        return new NicChanges(index, namespace, boot, name, mac, kind, mtuBefore, mtuRaised, ipv6, down, is, features);
    }

    NicChanges with(boolean alsoIpv6, boolean alsoDown, List<String> alsoFeatures) {
        Set<String> all = new LinkedHashSet<>(features);
        all.addAll(alsoFeatures);
        return new NicChanges(index, namespace, boot, name, mac, kind, mtuBefore, mtuRaised, ipv6 || alsoIpv6,
                down || alsoDown, lowered, all);
    }

    /** Merges these changes with those that an earlier holder of the same interface made and has not undone yet. */
    NicChanges over(NicChanges earlier) {
        NicChanges all = with(earlier.ipv6, earlier.down, List.copyOf(earlier.features));
        return earlier.mtuBefore == 0
                ? all
                : all.withMtu(earlier.mtuBefore, mtuRaised == 0 ? earlier.mtuRaised : mtuRaised);
    }

    /** The lines of the journal file. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(INTERFACE + " " + index + " " + Long.toHexString(mac) + " " + name + " " + kind);
        lines.add(NAMESPACE + " " + namespace);
        lines.add(BOOT + " " + boot);
        if (mtuBefore != 0) {
            lines.add(MTU + " " + mtuBefore + " " + mtuRaised);
        }
        if (ipv6) {
            lines.add(IPV6);
        }
        if (down) {
            lines.add(DOWN);
        }
        if (lowered) {
            lines.add(LOWERED);
        }
        features.stream().sorted().forEach(feature -> lines.add(FEATURE + " " + feature));
        return lines;
    }

    /**
     * Parses a journal file. A file of an earlier version is named after the interface and has only the index in its
     * first line.
     *
     * @return the changes; null if the file contains nothing that can be undone
     */
    static @Nullable NicChanges parse(String fileName, List<String> lines) {
        try {
            Reader reader = new Reader(fileName);
            lines.forEach(reader::line);
            return reader.index == 0 ? null : reader.changes();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    private static final class Reader {
        private final Set<String> features = new LinkedHashSet<>();
        private int index;
        private String namespace = "";
        private @Nullable UUID boot;
        private String name;
        private String kind = "";
        private long mac;
        private int mtuBefore;
        private int mtuRaised;
        private boolean ipv6;
        private boolean down;
        private boolean lowered;

        Reader(String fileName) {
            name = fileName;
        }

        void line(String line) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case INTERFACE -> {
                    index = Integer.parseInt(words[1]);
                    mac = Long.parseLong(words[2], 16);
                    name = words[3];
                    kind = words[4];
                }
                case NAMESPACE -> namespace = words[1];
                case BOOT -> boot = UUID.fromString(words[1]);
                case MTU -> {
                    mtuBefore = Integer.parseInt(words[1]);
                    mtuRaised = Integer.parseInt(words[2]);
                }
                case IPV6 -> ipv6 = true;
                case DOWN -> down = true;
                case LOWERED -> lowered = true;
                case FEATURE -> features.add(words[1]);
                default -> index = Integer.parseInt(line);
            }
        }

        NicChanges changes() {
            return new NicChanges(index, namespace, boot, name, mac, kind, mtuBefore, mtuRaised, ipv6, down, lowered,
                    features);
        }
    }
}
