package net.weft.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** The boot ID of the kernel. The monotonic clock restarts with each boot. */
public final class BootId {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private BootId() {
    }

    /** Returns the kernel's boot ID, or a random one if the kernel has none, so that no earlier state is trusted. */
    public static UUID current() {
        try {
            return UUID.fromString(Files.readString(BOOT_ID).strip());
        } catch (IOException | IllegalArgumentException e) {
            return UUID.randomUUID();
        }
    }
}
