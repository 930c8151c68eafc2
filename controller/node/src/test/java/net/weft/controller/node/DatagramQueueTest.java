package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.weft.controller.cli.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatagramQueueTest {
    @TempDir
    Path directory = Path.of("");

    private Finding check(String text) throws IOException {
        return DatagramQueue.check(Files.writeString(directory.resolve("max_dgram_qlen"), text));
    }

    @Test
    void shouldNameTheSysctlWhereTheQueueIsShort() throws IOException {
        Finding finding = check("127\n");
        assertThat(finding.level()).isEqualTo(Finding.Level.WARN);
        assertThat(finding.text()).contains("is 127", "sysctl -w net.unix.max_dgram_qlen=512");
        assertThat(check("128\n").level()).isEqualTo(Finding.Level.OK);
    }

    @Test
    void shouldWarnWhereTheKernelDoesNotSay() throws IOException {
        assertThat(check("").level()).isEqualTo(Finding.Level.WARN);
        assertThat(DatagramQueue.check(directory.resolve("missing")).level()).isEqualTo(Finding.Level.WARN);
    }
}
