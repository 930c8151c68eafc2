package net.weft.controller.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks what Weft needs from the host. The checks read {@code /proc} and {@code /dev} and change nothing. */
final class HostChecks {
    /** Bit numbers of capabilities, from {@code linux/capability.h}. */
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_NET_RAW = 13;
    private static final String WITHOUT = "; without it there are qemu ports only. Run as root, or give the service"
            + " AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW";

    private HostChecks() {
    }

    static List<Finding> all() {
        return List.of(jdk(), capability("CAP_NET_ADMIN", CAP_NET_ADMIN, "tap and nic ports"),
                capability("CAP_NET_RAW", CAP_NET_RAW, "nic ports"), tun(), packet(), hugePages());
    }

    private static Finding jdk() {
        int version = Runtime.version().feature();
        return version == 25
                ? Finding.ok("jdk", Runtime.version() + " in " + System.getProperty("java.home"))
                : Finding.warn("jdk", version + " is running; Weft is tested with 25");
    }

    private static Finding capability(String name, int bit, String needs) {
        Optional<Long> effective = line("/proc/self/status", "CapEff:").map(hex -> Long.parseUnsignedLong(hex, 16));
        if (effective.isEmpty()) {
            return Finding.warn(name, "/proc/self/status does not say");
        }
        return (effective.get() >>> bit & 1) == 1
                ? Finding.ok(name, "held, for " + needs)
                : Finding.warn(name, "not held, which " + needs + " need" + WITHOUT);
    }

    private static Finding tun() {
        Path tun = Path.of("/dev/net/tun");
        if (!Files.exists(tun)) {
            return Finding.warn("/dev/net/tun",
                    "missing, which tap ports need: modprobe tun; in a container pass the device in");
        }
        return Files.isReadable(tun) && Files.isWritable(tun)
                ? Finding.ok("/dev/net/tun", "usable, for tap ports")
                : Finding.warn("/dev/net/tun", "no permission, which tap ports need: run as root, or chmod 0666 it");
    }

    private static Finding packet() {
        return Files.exists(Path.of("/proc/net/packet"))
                ? Finding.ok("AF_PACKET", "in the kernel, for nic ports")
                : Finding.warn("AF_PACKET", "not in this kernel, which nic ports need: modprobe af_packet");
    }

    private static Finding hugePages() {
        String total = line("/proc/meminfo", "HugePages_Total:").orElse("?");
        String free = line("/proc/meminfo", "HugePages_Free:").orElse("?");
        return Finding.ok("hugepages", free + " of " + total + " free (not needed by tap, nic and qemu ports)");
    }

    private static Optional<String> line(String file, String key) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(key)).map(line -> line.substring(key.length()).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
