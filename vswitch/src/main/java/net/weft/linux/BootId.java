package net.weft.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Which start of the kernel this is: the monotonic clock begins anew with each. */
public final class BootId {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private BootId() {
    }

    /** The kernel's boot ID; random where it has none, so that nothing of before is believed. */
    public static UUID current() {
        try {
            return UUID.fromString(Files.readString(BOOT_ID).strip());
        } catch (IOException | IllegalArgumentException e) {
            return UUID.randomUUID();
        }
    }
}
