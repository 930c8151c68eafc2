package net.weft.vswitch.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortIndicesTest {
    private static final long MINUTE_NS = 60_000_000_000L;

    @TempDir
    private Path directory;

    @Test
    void shouldBeDenseHoweverHighTheNumbersAre() {
        PortIndices indices = new PortIndices(null);
        indices.assign(List.of(2_000_000_000, 7, 70_000), 0);
        assertThat(indices.size()).isEqualTo(3);
        for (int number : List.of(2_000_000_000, 7, 70_000)) {
            assertThat(indices.number(indices.index(number))).isEqualTo(number);
        }
        assertThat(indices.index(8)).isEqualTo(-1);
        assertThat(indices.number(3)).isEqualTo(-1);
    }

    @Test
    void shouldGiveAnIndexAwayOnlyAfterItsQuarantine() {
        PortIndices indices = new PortIndices(null);
        indices.assign(List.of(1, 2), 0);
        int freed = indices.index(1);
        indices.assign(List.of(2), 10);
        assertThat(indices.number(freed)).isEqualTo(-1);
        indices.assign(List.of(2, 3), 10 + MINUTE_NS - 1);
        assertThat(indices.index(3)).as("within the quarantine").isNotEqualTo(freed);
        indices.assign(List.of(2, 3, 4), 10 + MINUTE_NS);
        assertThat(indices.index(4)).as("after it").isEqualTo(freed);
    }

    /** Connections that outlive the process name ports by index. */
    @Test
    void shouldKeepItsIndicesOverARestart() {
        Path file = directory.resolve("ports");
        PortIndices before = new PortIndices(file);
        before.assign(List.of(5, 6, 7), 0);
        before.assign(List.of(5, 7), 1);

        PortIndices after = new PortIndices(file);
        assertThat(after.size()).as("known before anything is assigned").isEqualTo(3);
        assertThat(after.number(before.index(7))).isEqualTo(7);
        after.assign(List.of(5, 7), 2);
        assertThat(after.index(7)).isEqualTo(before.index(7));
        after.assign(List.of(5, 7, 8), 3);
        assertThat(after.index(8)).as("the gap may still be named by connections").isEqualTo(3);
    }

    @Test
    void shouldBeginAnewWithAFileThatIsNone() throws Exception {
        Path file = directory.resolve("ports");
        Files.writeString(file, "5 0\nnonsense\n");
        PortIndices indices = new PortIndices(file);
        indices.assign(List.of(9, 5), 0);
        assertThat(indices.number(indices.index(9))).isEqualTo(9);
        assertThat(indices.number(indices.index(5))).isEqualTo(5);
        assertThat(indices.index(9)).isNotEqualTo(indices.index(5));
    }
}
