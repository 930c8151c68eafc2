package net.weft.controller.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.ChangeSummary;
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
        assertThatThrownBy(() -> store.append(second, 1)).as("its number was used")
                .isInstanceOf(StaleRevisionException.class);
        Revision third = Revisions.numbered(second, 3);
        store.append(third, 1);
        assertThat(FileRevisionStore.open(data).last()).contains(third);
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
        Revision third = Revisions.numbered(first, 3);
        store.append(third, 0);
        FileRevisionStore again = FileRevisionStore.open(data);
        assertThat(again.last()).contains(third);
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

        Revision third = Revisions.numbered(first, 3);
        store.append(third, 0);
        assertThat(store.recovery()).isEmpty();
        FileRevisionStore again = FileRevisionStore.open(data);
        assertThat(again.last()).as("what began anew, and not what could not be read").contains(third);
        assertThat(again.recovery()).isEmpty();
        assertThat(file(2).resolveSibling(file(2).getFileName() + ".unread")).exists();
    }

    @Test
    void shouldShowAFollowerAnAmendedRevisionOnce() throws InterruptedException {
        FileRevisionStore store = FileRevisionStore.open(data);
        RevisionLog.Follower follower = store.follow(0);
        assertThat(follower.await(0)).contains(second);
        Revision amended = new Revision(second.header(), second.config(), second.origins(),
                second.portNumbers(), second.zoneNumbers(), Optional.of("ports: {}"),
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

    @Test
    void shouldListHeadersNewestFirst() {
        FileRevisionStore store = FileRevisionStore.open(data);
        assertThat(store.headers(0, 10)).containsExactly(second.header(), first.header());
        assertThat(store.headers(0, 1)).containsExactly(second.header());
        assertThat(store.headers(2, 10)).containsExactly(first.header());
        assertThat(store.headers(1, 10)).isEmpty();
        assertThat(store.headers(99, 10)).hasSize(2);
        assertThat(second.header().changes()).isEqualTo(new ChangeSummary(1, List.of("~ port web1: access 10 → 20")));
    }

    @Test
    void shouldListHeadersWithoutReadingTheRest() throws IOException {
        byte[] whole = Files.readAllBytes(file(1));
        String text = new String(whole, StandardCharsets.UTF_8);
        Files.writeString(file(1), text.substring(0, text.indexOf("\"port-numbers\"") + 20));
        FileRevisionStore store = FileRevisionStore.open(data);
        assertThat(store.headers(0, 10)).containsExactly(second.header(), first.header());
        assertThatThrownBy(() -> store.get(1)).as("the control: the rest is needed and checked")
                .isInstanceOf(StoreException.class);
    }

    @Test
    void shouldLeaveOutOfTheHistoryWhatHasNoHeader() throws IOException {
        Files.writeString(file(1), "weft-revision-1 3 00000000\n{\"n");
        assertThat(FileRevisionStore.open(data).headers(0, 10)).containsExactly(second.header());
        Files.writeString(file(1), "");
        assertThat(FileRevisionStore.open(data).headers(0, 10)).containsExactly(second.header());
    }

    @Test
    void shouldReadRevisionsFromBeforeThereWasAHistory() throws IOException {
        String body = "{\"number\":1,\"time\":\"2026-11-21T10:00:00Z\",\"who\":\"root\",\"comment\":\"port set web1\","
                + "\"port-numbers\":{\"web1\":1},\"zone-numbers\":{},\"policy-numbers\":{},\"origins\":{},"
                + "\"config\":\"ports: {web1: {type: tap, device: weft0, access: 10}}\"}";
        CRC32C crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        Files.delete(file(2));
        Files.writeString(file(1), "weft-revision-1 %d %08x\n".formatted(body.length(), crc.getValue()) + body);
        FileRevisionStore store = FileRevisionStore.open(data);
        assertThat(store.last().orElseThrow().config().ports()).containsKey("web1");
        Author author = store.headers(0, 1).getFirst().author();
        assertThat(author.command()).isEqualTo("port set web1");
        assertThat(author.comment()).isEmpty();
        assertThat(store.headers(0, 1).getFirst().changes()).isEqualTo(ChangeSummary.NONE);
    }

    @Test
    void shouldRemoveTheOldestWhereAllTogetherAreTooLarge() throws IOException {
        long both = Files.size(file(1)) + Files.size(file(2));
        FileRevisionStore store = FileRevisionStore.open(data, both + 100, 1, Runnable::run);
        Revision third = Revisions.next(Optional.of(second), 30);
        store.append(third, 2);
        assertThat(store.numbers()).containsExactly(2L, 3L);
        FileRevisionStore always = FileRevisionStore.open(data, 1, 2, Runnable::run);
        Revision fourth = Revisions.next(Optional.of(third), 40);
        always.append(fourth, 3);
        assertThat(always.numbers()).as("the newest two are kept in any case").containsExactly(3L, 4L);
        always.append(Revisions.next(Optional.of(fourth), 50), 4);
        assertThat(always.numbers()).containsExactly(4L, 5L);
    }
}
