package net.weft.controller.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.weft.controller.model.revision.Conflict;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.controller.model.revision.RevisionLog;
import net.weft.controller.model.revision.StaleRevisionException;
import net.weft.testing.Seed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRevisionStoreTest {
    @TempDir
    Path data = Path.of("");
    private Revision first = Revisions.next(Optional.empty(), 10);
    private Revision second = Revisions.next(Optional.of(first), 20);

    @BeforeEach
    void twoRevisions() {
        FileRevisionStore store = FileRevisionStore.open(data);
        store.append(first, 0);
        store.append(second, 1);
    }

    @Test
    void shouldBeEmptyBeforeTheFirstCommit(@TempDir Path empty) {
        assertThat(FileRevisionStore.open(empty).last()).isEmpty();
    }

    @Test
    void shouldReadBackWhatWasAppended() {
        FileRevisionStore store = FileRevisionStore.open(data);
        assertThat(store.last()).contains(second);
        assertThat(store.get(1)).contains(first);
        assertThat(store.get(3)).isEmpty();
        assertThat(store.numbers()).containsExactly(1L, 2L);
    }

    @Test
    void shouldRefuseAGapInTheNumbers() {
        FileRevisionStore store = FileRevisionStore.open(data);
        assertThatThrownBy(() -> store.append(second, 2)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected 3");
    }

    @Test
    void shouldRefuseToAppendBehindAnotherRevisionThanTheNewest() {
        FileRevisionStore store = FileRevisionStore.open(data);
        assertThatThrownBy(() -> store.append(second, 1)).isInstanceOf(StaleRevisionException.class)
                .hasMessage("the newest revision is 2, not 1");
        assertThat(store.last()).contains(second);
    }

    @Test
    void shouldShowAFollowerTheNewestOfWhatItHasNotSeen() throws InterruptedException {
        FileRevisionStore store = FileRevisionStore.open(data);
        RevisionLog.Follower follower = store.follow(0);
        assertThat(follower.await(0)).contains(second);
        assertThat(follower.await(0)).as("it has seen all").isEmpty();
        assertThat(store.follow(2).await(0)).as("it had all before").isEmpty();
        Revision third = Revisions.next(Optional.of(second), 30);
        store.append(third, 2);
        store.append(Revisions.next(Optional.of(third), 40), 3);
        assertThat(follower.await(Long.MAX_VALUE)).map(Revision::number).contains(4L);
        follower.wake();
        assertThat(follower.await(Long.MAX_VALUE)).as("woken").isEmpty();
    }

    @Test
    void shouldFallBackToTheRevisionBeforeADamagedOne() throws IOException {
        byte[] bytes = Files.readAllBytes(file(2));
        Files.write(file(2), Arrays.copyOf(bytes, bytes.length - 5));
        FileRevisionStore store = FileRevisionStore.open(data);
        assertThat(store.last()).contains(first);
        assertThat(store.recovery()).isEmpty();
        assertThat(store.problems()).singleElement().asString().contains("revision 2 is damaged");
        assertThat(file(2)).doesNotExist();
        assertThat(data.resolve("revisions/0000000002.json.damaged")).exists();
        store.append(second, 1);
        assertThat(FileRevisionStore.open(data).last()).contains(second);
    }

    @Test
    void shouldBeInRecoveryUntilSomebodyActsWhenNothingIsReadable() throws IOException {
        byte[] good = Files.readAllBytes(file(2));
        Files.write(file(1), new byte[0]);
        Files.write(file(2), new byte[0]);
        for (int start = 0; start < 3; start++) {
            FileRevisionStore store = FileRevisionStore.open(data);
            assertThat(store.last()).isEmpty();
            assertThat(store.recovery()).as("start " + start).get().asString()
                    .contains("none of the revisions can be read; kept here as *.damaged: 2.");
        }
        Files.write(file(2), good);
        assertThat(FileRevisionStore.open(data).last()).contains(second);
    }

    @Test
    void shouldBeginAnewWithTheNextRevision() throws IOException {
        Files.write(file(1), new byte[0]);
        Files.write(file(2), new byte[0]);
        FileRevisionStore store = FileRevisionStore.open(data);
        assertThat(store.last()).isEmpty();
        assertThat(data.resolve("revisions/0000000002.json.damaged")).exists();
        assertThat(FileRevisionStore.open(data).recovery()).as("nothing was committed yet").isPresent();
        store.append(first, 0);
        FileRevisionStore again = FileRevisionStore.open(data);
        assertThat(again.last()).contains(first);
        assertThat(again.recovery()).isEmpty();
    }

    @Test
    void shouldNotTakeAnOlderRevisionForOneThatMayNotBeRead() throws IOException {
        Files.delete(file(2));
        Files.createDirectory(file(2));
        FileRevisionStore store = FileRevisionStore.open(data);
        assertThat(store.last()).isEmpty();
        assertThat(store.recovery()).get().asString().contains("0000000002.json: the revision cannot be read");
        assertThat(file(2)).as("nothing was renamed").exists();

        store.append(first, 0);
        assertThat(store.recovery()).isEmpty();
        FileRevisionStore again = FileRevisionStore.open(data);
        assertThat(again.last()).as("what began anew, and not what could not be read").contains(first);
        assertThat(again.recovery()).isEmpty();
        assertThat(file(2).resolveSibling(file(2).getFileName() + ".unread")).exists();
    }

    @Test
    void shouldShowAFollowerAnAmendedRevisionOnce() throws InterruptedException {
        FileRevisionStore store = FileRevisionStore.open(data);
        RevisionLog.Follower follower = store.follow(0);
        assertThat(follower.await(0)).contains(second);
        Revision amended = new Revision(2, second.time(), second.who(), second.comment(), second.config(),
                second.origins(), second.portNumbers(), second.zoneNumbers(), Optional.of("ports: {}"),
                List.of(new Conflict("port a", "both")), second.revokedKeys());
        store.amend(amended);
        assertThat(follower.await(0)).contains(amended);
        assertThat(follower.await(0)).isEmpty();
        assertThat(FileRevisionStore.open(data).last()).as("with its conflicts").contains(amended);
        assertThatThrownBy(() -> store.amend(first)).isInstanceOf(StaleRevisionException.class);
    }

    @Test
    void shouldIgnoreAndRemoveARevisionThatWasNeverFinished() throws IOException {
        Path unfinished = data.resolve("revisions/0000000003.json.new");
        Files.write(unfinished, new byte[]{1, 2, 3});
        assertThat(FileRevisionStore.open(data).last()).contains(second);
        assertThat(unfinished).doesNotExist();
    }

    @Test
    void shouldChangeNothingWhenARevisionCannotBeWritten() throws IOException {
        FileRevisionStore store = FileRevisionStore.open(data);
        Files.createDirectory(data.resolve("revisions/0000000003.json.new"));
        assertThatThrownBy(() -> store.append(Revisions.next(Optional.of(second), 30), 2))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("could not be written");
        assertThat(store.last()).contains(second);
    }

    @Test
    void shouldNoticeEveryCutAndEveryFlippedBit() throws IOException {
        long seed = Seed.of(FileRevisionStoreTest.class);
        SplittableRandom random = new SplittableRandom(seed);
        byte[] bytes = Files.readAllBytes(file(2));
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> RevisionCodec.read(cut)).as("cut at " + length)
                    .isInstanceOf(RevisionCodec.DamagedException.class);
        }
        for (int i = 0; i < 2000; i++) {
            byte[] flipped = bytes.clone();
            flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> RevisionCodec.read(flipped)).as("seed " + seed + ", round " + i)
                    .isInstanceOf(RevisionCodec.DamagedException.class);
        }
    }

    private Path file(long number) {
        return data.resolve("revisions/000000000" + number + ".json");
    }
}
