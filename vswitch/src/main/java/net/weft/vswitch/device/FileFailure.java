package net.weft.vswitch.device;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Set;
import net.weft.vswitch.burst.PortReason;
import org.jspecify.annotations.Nullable;

/** Derives why the kernel refused a file from the message of the JDK's exception, which keeps no error number. */
final class FileFailure {
    /** The texts of EACCES, EPERM and EROFS by strerror(3), which the JDK passes on. */
    private static final Set<String> FORBIDDEN = Set.of("permission denied", "operation not permitted",
            "read-only file system");

    private FileFailure() {
    }

    /** Returns {@link PortReason#NO_PERMISSION} if the kernel refused access, else {@link PortReason#NO_DEVICE}. */
    static PortReason reason(@Nullable IOException e) {
        return FORBIDDEN.contains(words(e)) ? PortReason.NO_PERMISSION : PortReason.NO_DEVICE;
    }

    /** Returns the kernel's error text, without the path that the JDK puts before it. */
    static String words(@Nullable IOException e) {
        String words = switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "no such file or directory";
            case FileSystemException failure when failure.getReason() != null -> failure.getReason();
            case null -> "unknown";
            default -> String.valueOf(e.getMessage());
        };
        return FORBIDDEN.contains(words.toLowerCase(Locale.ROOT)) ? words.toLowerCase(Locale.ROOT) : words;
    }
}
