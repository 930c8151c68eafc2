package net.weft.controller.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionLog;
import net.weft.controller.model.revision.StaleRevisionException;
import net.weft.controller.server.FileRevisionStore;
import net.weft.controller.server.Revisions;
import net.weft.testing.Seed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftRevisionStoreTest {
    @TempDir
    Path directory = Path.of("");
    private final Random random = new Random(1);
    private final List<RaftRevisionStore> opened = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private RaftRevisionStore open(Path data) {
        RaftRevisionStore store = RaftRevisionStore.open(data, random, "boot-1");
        opened.add(store);
        store.onProblems(problems::addAll);
        return store;
    }

    private RaftRevisionStore open() {
        return open(directory.resolve("data"));
    }

    @AfterEach
    void close() {
        opened.forEach(RaftRevisionStore::close);
    }

    private static Revision append(RaftRevisionStore store, int vid) {
        Revision next = Revisions.next(store.last(), vid);
        store.append(next, next.number() - 1);
        return next;
    }

    /** Copies the data directory as it is, as if the process were killed now. */
    private Path killed(String name) throws IOException {
        Path from = directory.resolve("data");
        Path to = directory.resolve(name);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        return to;
    }

    private static Path only(Path directory, String pattern) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.getFileName().toString().matches(pattern)).findFirst().orElseThrow();
        }
    }

    @Test
    void shouldReadBackWhatWasAppended() throws IOException {
        RaftRevisionStore store = open();
        assertThat(store.last()).isEmpty();
        Revision first = append(store, 10);
        Revision second = append(store, 20);
        assertThat(store.last()).contains(second);
        store.close();
        RaftRevisionStore again = open();
        assertThat(again.last()).contains(second);
        assertThat(again.get(1)).contains(first);
        assertThat(again.numbers()).containsExactly(1L, 2L);
        Revision third = append(again, 30);
        assertThat(open(killed("killed")).last()).contains(third);
    }

    @Test
    void shouldRefuseToAppendBehindAnotherRevisionThanTheNewest() {
        RaftRevisionStore store = open();
        append(store, 10);
        Revision second = append(store, 20);
        assertThatThrownBy(() -> store.append(second, 1)).isInstanceOf(StaleRevisionException.class)
                .hasMessage("the newest revision is 2, not 1");
        assertThat(store.last()).contains(second);
    }

    @Test
    void shouldHandEachCommitToFollowers() throws InterruptedException {
        RaftRevisionStore store = open();
        RevisionLog.Follower follower = store.follow(0);
        Revision first = append(store, 10);
        assertThat(follower.await(0)).contains(first);
        Revision amended = first.on(Optional.empty()).confirmed();
        store.amend(amended);
        assertThat(follower.await(0)).contains(amended);
        assertThat(follower.await(0)).isEmpty();
    }

    @Test
    void shouldBeginWithTheFilesOfBefore() {
        FileRevisionStore files = FileRevisionStore.open(directory.resolve("data"));
        Revision first = Revisions.next(Optional.empty(), 10);
        files.append(first, 0);
        files.append(Revisions.next(Optional.of(first), 20), 1);
        RaftRevisionStore store = open();
        assertThat(store.last()).as("before the log is open").map(Revision::number).contains(2L);
        assertThat(append(store, 30).number()).isEqualTo(3);
        assertThat(store.get(1)).contains(first);
    }

    @Test
    void shouldHaveEveryRevisionAfterBeingKilledBetweenAnyTwo() throws IOException {
        RaftRevisionStore store = open();
        int last = RaftGroup.ENTRIES_A_SNAPSHOT * 3;
        List<Path> copies = new ArrayList<>();
        for (int i = 1; i <= last; i++) {
            append(store, 1 + i % 4000);
            if (i % 37 == 0) {
                copies.add(killed("at-" + i));
            }
        }
        for (Path copy : copies) {
            long number = Long.parseLong(copy.getFileName().toString().substring(3));
            RaftRevisionStore again = open(copy);
            assertThat(append(again, 5).number()).isEqualTo(number + 1);
            assertThat(again.numbers()).hasSize((int) number + 1);
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void shouldRestoreFilesThatACrashOfTheHostLeftBehindTheLog() throws IOException {
        RaftRevisionStore store = open();
        append(store, 10);
        append(store, 20);
        Revision third = append(store, 30);
        Path copy = killed("crashed");
        Files.delete(copy.resolve("revisions/0000000003.json"));
        Files.write(copy.resolve("revisions/0000000002.json"), new byte[0]);
        RaftRevisionStore again = open(copy);
        Revision fourth = Revisions.next(Optional.of(third), 40);
        again.append(fourth, 3);
        assertThat(again.last()).contains(fourth);
        assertThat(again.get(3)).contains(third);
        assertThat(again.get(2)).isPresent();
        assertThat(problems).as("the log had what was damaged").isEmpty();
    }

    @Test
    void shouldKeepLongRevisions() throws IOException {
        RaftRevisionStore store = open();
        append(store, 10);
        Random bytes = Seed.random(RaftRevisionStoreTest.class);
        StringBuilder comment = new StringBuilder();
        while (comment.length() < 3 * RaftGroup.ENTRY_LIMIT) {
            comment.append(Long.toString(bytes.nextLong(), 36));
        }
        Revision next = Revisions.next(store.last(), 20);
        Revision longer = new Revision(next.header(), next.config(), next.origins(), next.portNumbers(),
                next.zoneNumbers(), Optional.of(comment.toString()), next.conflicts(), next.revokedKeys());
        store.append(longer, 1);
        Path copy = killed("killed");
        Files.delete(copy.resolve("revisions/0000000002.json"));
        RaftRevisionStore again = open(copy);
        append(store, 30);
        again.append(Revisions.next(Optional.of(longer), 30), 2);
        assertThat(again.get(2)).contains(longer);
    }

    @Test
    void shouldOpenNoSocket() throws IOException {
        long before = sockets();
        RaftRevisionStore store = open();
        append(store, 10);
        assertThat(sockets()).isEqualTo(before);
        try (java.net.ServerSocket control = new java.net.ServerSocket(0)) {
            assertThat(control.isBound()).isTrue();
            assertThat(sockets()).as("the control").isGreaterThan(before);
        }
    }

    private static long sockets() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(RaftRevisionStoreTest::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void shouldSayWhatIsLostWhenTheLogIsDamagedAndGoOn() throws IOException {
        RaftRevisionStore store = open();
        for (int i = 1; i <= 5; i++) {
            append(store, i);
        }
        Path copy = killed("flipped");
        for (int number = 3; number <= 5; number++) {
            Files.delete(copy.resolve("revisions/000000000" + number + ".json"));
        }
        Path segment = only(copy, "log_inprogress_.*");
        flip(segment, positionOf(segment, 3));
        RaftRevisionStore again = open(copy);
        assertThatThrownBy(() -> append(again, 9)).as("revision 3 was another")
                .isInstanceOf(StaleRevisionException.class);
        assertThat(again.highest()).isEqualTo(5);
        again.append(Revisions.numbered(Revisions.next(again.last(), 9), 6), 2);
        assertThat(problems).singleElement().asString().contains("damaged at byte")
                .contains("revisions 3 to 5 are lost");
    }

    @Test
    void shouldLoseNothingWhereTheFilesHaveWhatTheDamagedLogHad() throws IOException {
        RaftRevisionStore store = open();
        for (int i = 1; i <= 5; i++) {
            append(store, i);
        }
        Path copy = killed("flipped");
        Path segment = only(copy, "log_inprogress_.*");
        flip(segment, positionOf(segment, 3));
        RaftRevisionStore again = open(copy);
        assertThat(append(again, 9).number()).isEqualTo(6);
        assertThat(problems).singleElement().asString()
                .contains("revision 5 is the newest that could be read, none after it was found");
    }

    @Test
    void shouldDropAnUnfinishedWriteWithoutAProblem() throws IOException {
        RaftRevisionStore store = open();
        append(store, 1);
        append(store, 2);
        Path copy = killed("torn");
        Path segment = only(copy, "log_inprogress_.*");
        byte[] bytes = Files.readAllBytes(segment);
        int start = positionOf(segment, 2);
        java.util.Arrays.fill(bytes, start + 4, bytes.length, (byte) 0);
        Files.write(segment, bytes);
        Files.delete(copy.resolve("revisions/0000000002.json"));
        Files.delete(copy.resolve("revisions/headers"));
        RaftRevisionStore again = open(copy);
        assertThat(append(again, 9).number()).isEqualTo(2);
        assertThat(problems).isEmpty();
    }

    @Test
    void shouldDoWithoutADamagedSnapshot() throws IOException {
        RaftRevisionStore store = open();
        append(store, 1);
        store.close();
        Path snapshot = only(directory.resolve("data"), "snapshot\\..*");
        flip(snapshot, (int) Files.size(snapshot) - 2);
        RaftRevisionStore again = open();
        assertThat(append(again, 2).number()).isEqualTo(2);
        assertThat(problems).anyMatch(problem -> problem.contains("snapshot"));
    }

    private static void flip(Path file, int position) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[position] ^= 0x10;
        Files.write(file, bytes);
    }

    /** Returns a position in the entry that commits a revision: where its author's comment would be, behind the numbers. */
    private static int positionOf(Path segment, long revision) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        byte[] numbers = java.nio.ByteBuffer.allocate(16).putLong(revision - 1).putLong(revision).array();
        for (int i = 0; i + numbers.length < bytes.length; i++) {
            if (java.util.Arrays.equals(bytes, i, i + numbers.length, numbers, 0, numbers.length)) {
                return i + numbers.length + 8;
            }
        }
        throw new AssertionError("revision " + revision + " is not in " + segment);
    }

    @Test
    void shouldKeepTheAuthor() {
        RaftRevisionStore store = open();
        Author author = append(store, 10).header().author();
        store.close();
        assertThat(open().headers(0, 1).getFirst().author()).isEqualTo(author);
    }
}
