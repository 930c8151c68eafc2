package net.weft.controller.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionCodec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Revisions that are compressed once they are not the newest any more. */
class PackedRevisionsTest {
    @TempDir
    Path data = Path.of("");
    private final Revision first = large(Revisions.next(Optional.empty(), 10));
    private final Revision second = large(Revisions.next(Optional.of(first), 20));
    @SuppressWarnings("NullAway.Init")
    private FileRevisionStore store;

    private static Revision large(Revision revision) {
        return new Revision(revision.header(), revision.config(), revision.origins(), revision.portNumbers(),
                revision.zoneNumbers(), Optional.of("# a long file\n".repeat(10_000)), revision.conflicts(),
                revision.revokedKeys());
    }

    private FileRevisionStore open() {
        return FileRevisionStore.open(data, 1L << 30, 100, Runnable::run);
    }

    private Path plain(long number) {
        return data.resolve("revisions/000000000" + number + ".json");
    }

    private Path packed(long number) {
        return data.resolve("revisions/000000000" + number + ".json.gz");
    }

    @BeforeEach
    void twoRevisions() {
        store = open();
        store.append(first, 0);
        store.append(second, 1);
    }

    private void assertThatAllIsThere(FileRevisionStore opened) {
        assertThat(opened.last()).contains(second);
        assertThat(opened.get(1)).contains(first);
        assertThat(opened.bytes(1)).contains(RevisionCodec.write(first));
        assertThat(opened.numbers()).containsExactly(1L, 2L);
        assertThat(opened.headers(0, 10)).containsExactly(second.header(), first.header());
    }

    @Test
    void shouldTellWhichRevisionsAreGoneThoughTheIndexHasThem() throws IOException {
        FileRevisionStore again = open();
        assertThat(again.isKept(1)).as("the control: it is compressed").isTrue();
        assertThat(again.isKept(2)).isTrue();
        Files.delete(packed(1));
        Files.deleteIfExists(plain(1));
        assertThat(again.isKept(1)).isFalse();
        assertThat(again.isKept(3)).isFalse();
    }

    @Test
    void shouldCompressAllButTheNewest() throws IOException {
        assertThat(Files.size(packed(1))).isLessThan(Files.size(plain(1)) / 10);
        assertThat(packed(2)).doesNotExist();
        assertThatAllIsThere(open());
        assertThat(plain(1)).as("until the other is on the disk").exists();
        store.force();
        assertThat(plain(1)).doesNotExist();
        assertThatAllIsThere(open());
        assertThat(Files.getPosixFilePermissions(packed(1))).hasSize(2);
    }

    @Test
    void shouldCompressWhatWasRestored(@TempDir Path empty) throws IOException {
        FileRevisionStore opened = FileRevisionStore.open(empty, 1L << 30, 100, Runnable::run);
        opened.begin(second, new EarlierRevisions() {
            @Override
            public int count() {
                return 1;
            }

            @Override
            public void forEach(Taker taker) throws IOException {
                taker.take(1, RevisionCodec.write(first));
            }
        });
        assertThat(empty.resolve("revisions/0000000001.json.gz")).exists();
        assertThatAllIsThere(opened);
    }

    @Test
    void shouldLeaveShortOnesAsTheyAre(@TempDir Path empty) {
        FileRevisionStore opened = FileRevisionStore.open(empty, 1L << 30, 100, Runnable::run);
        Revision shortOne = Revisions.next(Optional.empty(), 10);
        opened.append(shortOne, 0);
        opened.append(Revisions.next(Optional.of(shortOne), 20), 1);
        assertThat(empty.resolve("revisions/0000000001.json.gz")).doesNotExist();
        assertThat(empty.resolve("revisions/0000000001.json")).exists();
    }

    @Test
    void shouldNotReadWhatACrashOfTheHostLeftOfACompressedFile() throws IOException {
        Files.write(packed(1), new byte[0]);
        assertThatAllIsThere(open());
    }

    @Test
    void shouldSayThatACompressedFileIsDamaged() throws IOException {
        store.force();
        byte[] bytes = Files.readAllBytes(packed(1));
        bytes[bytes.length / 2] ^= 1;
        Files.write(packed(1), bytes);
        assertThatThrownBy(() -> open().get(1)).isInstanceOf(StoreException.class)
                .hasMessageContaining("0000000001.json.gz");
        assertThat(open().last()).contains(second);
    }

    @Test
    void shouldPreferWhatIsWrittenAgain() throws IOException {
        store.force();
        Revision other = large(Revisions.next(Optional.empty(), 99));
        store.record(1, RevisionCodec.write(other));
        assertThat(packed(1)).doesNotExist();
        assertThat(open().get(1)).contains(other);
    }

    @Test
    void shouldRemoveTheOldestByWhatTheyTakeOnTheDisk() throws IOException {
        store.force();
        long three = 3 * Files.size(plain(2));
        FileRevisionStore bounded = FileRevisionStore.open(data, three, 1, Runnable::run);
        Revision third = large(Revisions.next(Optional.of(second), 30));
        bounded.append(third, 2);
        assertThat(bounded.numbers()).as("the first takes little").containsExactly(1L, 2L, 3L);
        bounded.force();
        for (long number = 4; number <= 12; number++) {
            bounded.append(large(Revisions.next(bounded.last(), 30 + (int) number)), number - 1);
            bounded.force();
        }
        assertThat(bounded.numbers()).as("compressed ones are counted as such").hasSize(12);
    }
}
