package net.weft.vswitch.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import net.weft.vswitch.burst.PortReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFailureTest {
    @Test
    void shouldSayNoPermissionOnlyWhereTheKernelDoes() {
        assertThat(FileFailure.reason(new AccessDeniedException("/a"))).isEqualTo(PortReason.NO_PERMISSION);
        assertThat(FileFailure.reason(new FileSystemException("/a", null, "Operation not permitted")))
                .isEqualTo(PortReason.NO_PERMISSION);
        assertThat(FileFailure.reason(new FileSystemException("/a", null, "Read-only file system")))
                .isEqualTo(PortReason.NO_PERMISSION);
        assertThat(FileFailure.reason(new IOException("Permission denied"))).isEqualTo(PortReason.NO_PERMISSION);
        assertThat(FileFailure.reason(new NoSuchFileException("/proc/sys/net/ipv6/conf/gone")))
                .isEqualTo(PortReason.NO_DEVICE);
        assertThat(FileFailure.reason(new IOException("No space left on device"))).isEqualTo(PortReason.NO_DEVICE);
        assertThat(FileFailure.reason(null)).isEqualTo(PortReason.NO_DEVICE);
    }

    /** The words are the JDK's of the kernel's errors, so they are asked from both. */
    @Test
    void shouldReadWhatTheJdkSays(@TempDir Path directory) {
        IOException missing = failure(() -> Files.readString(directory.resolve("none")));
        assertThat(FileFailure.words(missing)).isEqualTo("no such file or directory");
        IOException full = failure(() -> Files.writeString(Path.of("/dev/full"), "text"));
        assertThat(FileFailure.words(full)).isEqualTo("No space left on device");
        IOException loop = failure(() -> {
            Path link = directory.resolve("loop");
            Files.createSymbolicLink(link, link);
            Files.readString(link);
        });
        assertThat(FileFailure.words(loop)).startsWith("Too many levels of symbolic links");
    }

    private interface Work {
        void run() throws IOException;
    }

    private static IOException failure(Work work) {
        try {
            work.run();
        } catch (IOException e) {
            return e;
        }
        throw new AssertionError("nothing failed");
    }
}
