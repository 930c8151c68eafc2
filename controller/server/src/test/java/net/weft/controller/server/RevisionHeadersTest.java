package net.weft.controller.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.ChangeSummary;
import net.weft.controller.model.revision.RevisionHeader;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A history reads no more of the disk than it lists. */
class RevisionHeadersTest {
    private static final int BLOCK = 64 << 10;
    private static final int RECENT = 256;
    private static final int MANY = 10_000;

    @TempDir
    Path directory = Path.of("");
    private final TreeMap<Long, RevisionHeader> files = new TreeMap<>();
    private final List<Long> opened = new ArrayList<>();

    private static RevisionHeader header(long number, String comment) {
        return new RevisionHeader(number, new Author(Instant.parse("2026-11-30T12:00:00Z"), "alice", comment),
                new ChangeSummary(1, List.of("~ port web1: access 10 → 20")), Optional.empty());
    }

    private HeaderIndex index() {
        return new HeaderIndex(directory.resolve("headers"), MANY);
    }

    private RevisionHeaders headers(HeaderIndex index) {
        return new RevisionHeaders(index, () -> files.isEmpty() ? 0 : files.lastKey(), number -> {
            opened.add(number);
            return Optional.ofNullable(files.get(number));
        });
    }

    private void many() {
        RevisionHeaders all = headers(index());
        for (long number = 1; number <= MANY; number++) {
            files.put(number, header(number, "a change"));
            all.put(files.get(number));
        }
    }

    @Test
    void shouldReadWhatItListsAndNoMore() throws IOException {
        many();
        long size = Files.size(directory.resolve("headers"));
        HeaderIndex index = index();
        RevisionHeaders headers = headers(index);
        assertThat(headers.below(MANY + 1, 0, 20)).hasSize(20);
        assertThat(opened).as("the files of these").hasSize(20);
        assertThat(Files.size(directory.resolve("headers"))).as("nothing is written").isEqualTo(size);
        assertThat(index.reads()).as("blocks of the index").isZero();

        assertThat(headers.below(MANY + 1, 0, RECENT + 100)).hasSize(RECENT + 100);
        assertThat(opened).hasSize(RECENT);
        long lines = RECENT + 100;
        long blocks = 1 + lines * size / MANY / BLOCK;
        assertThat(index.reads()).isBetween(1L, blocks + 1);

        assertThat(headers.below(MANY + 1, 0, MANY)).containsExactlyElementsOf(files.descendingMap().values());
        assertThat(opened).as("no other file").hasSize(RECENT);
        assertThat(index.reads()).as("the control: all blocks that were there at first")
                .isEqualTo((size + BLOCK - 1) / BLOCK);
    }

    @Test
    void shouldOpenNoFileOfWhatTheIndexHasOnDisk() throws IOException {
        many();
        RevisionHeaders writing = headers(index());
        writing.force();
        RevisionHeaders headers = headers(index());
        assertThat(headers.below(MANY + 1, 0, 300)).hasSize(300);
        assertThat(opened).as("the newest may have been amended since").containsExactly((long) MANY);

        files.put(MANY + 1L, header(MANY + 1L, "behind the mark"));
        writing.put(files.get(MANY + 1L));
        opened.clear();
        assertThat(headers(index()).below(MANY + 2, 0, 300).getFirst().author().command()).isEqualTo("behind the mark");
        assertThat(opened).containsExactly(MANY + 1L, (long) MANY);
    }

    @Test
    void shouldNotBelieveAnIndexThatIsOlderThanTheFiles() throws IOException {
        RevisionHeaders writing = headers(index());
        for (long number = 1; number <= 20; number++) {
            files.put(number, header(number, "on trial"));
            writing.put(files.get(number));
        }
        writing.force();
        byte[] onDisk = Files.readAllBytes(directory.resolve("headers"));
        files.put(20L, header(20, "confirmed"));
        writing.put(files.get(20L));
        files.put(21L, header(21, "the next"));
        writing.put(files.get(21L));
        Files.write(directory.resolve("headers"), onDisk); // as a crash of the host leaves it
        assertThat(headers(index()).below(22, 0, 100)).containsExactlyElementsOf(files.descendingMap().values());
    }

    @Test
    void shouldListWhatTheIndexAndTheFilesHaveTogether() throws IOException {
        Random random = Seed.random(RevisionHeadersTest.class);
        for (int round = 0; round < 20; round++) {
            Files.deleteIfExists(directory.resolve("headers"));
            files.clear();
            RevisionHeaders writing = headers(index());
            int count = 1 + random.nextInt(1500);
            for (long number = 1; number <= count; number++) {
                for (int amended = random.nextInt(10) / 9; amended >= 0; amended--) {
                    files.put(number, header(number, "x".repeat(random.nextInt(300)) + amended));
                    writing.put(files.get(number));
                }
                if (random.nextInt(300) == 0) {
                    writing.force();
                }
                if (random.nextInt(100) == 0) {
                    Files.writeString(directory.resolve("headers"), "damaged " + random.nextLong() + "\n",
                            StandardCharsets.UTF_8, java.nio.file.StandardOpenOption.APPEND);
                }
            }
            RevisionHeaders reading = headers(index());
            for (int page = 0; page < 5; page++) {
                long before = 1 + random.nextInt(count + 1);
                int limit = random.nextInt(count + 10);
                assertThat(reading.below(before, 0, limit)).containsExactlyElementsOf(
                        files.headMap(before, false).descendingMap().values().stream().limit(limit).toList());
            }
        }
    }

    @Test
    void shouldTellTheHighestNumberFromTheLastBlock() throws IOException {
        assertThat(index().newest()).isZero();
        many();
        assertThat(index().newest()).isEqualTo(MANY);
        assertThat(Files.size(directory.resolve("headers"))).isGreaterThan(10L * BLOCK);
    }
}
