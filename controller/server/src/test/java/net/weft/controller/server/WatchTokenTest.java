package net.weft.controller.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a client may go on behind a token, or is told that it cannot without a gap. */
class WatchTokenTest {
    @TempDir
    Path data = Path.of("");
    private long revision = 7;

    private Events events(CurrentCluster cluster, EventStore store) {
        Events events = new Events(() -> Instant.EPOCH, store);
        events.resumable(cluster, 0, () -> revision);
        return events;
    }

    private static String add(Events events, String port) {
        events.add("port", "port " + port, "is up", "");
        return events.all().getLast().getToken();
    }

    private static List<String> behind(Events events, String token) {
        return events.listing(token).events().stream().map(event -> event.getSubject()).toList();
    }

    private static void assertRefused(ThrowingCallable call, Status.Code code, String message) {
        assertThatThrownBy(call).hasMessageContaining(message)
                .satisfies(fault -> assertThat(Status.fromThrowable(fault).getCode()).isEqualTo(code));
    }

    @Test
    void shouldReadBackWhatItWrites() {
        WatchToken token = new WatchToken("ab12", 3, "cd34", 7, 1234);
        assertThat(WatchToken.parse(token.toString())).contains(token);
        for (String none : List.of("", "1", "ab12.3.cd34.7", "ab12.3.cd34.7.1234.5", "ab12.3.cd34.-7.1",
                "ab12.3.cd34.7.x",
                "AB12.3.cd34.7.1", "ab12.3.cd34.7.9999999999999999999")) {
            assertThat(WatchToken.parse(none)).as(none).isEmpty();
        }
    }

    @Test
    void shouldResumeInTheSameIncarnationAlsoAfterARestart() {
        CurrentCluster cluster = CurrentCluster.open(data);
        String first;
        String listed;
        try (EventStore store = EventStore.open(data)) {
            Events before = events(cluster, store);
            listed = before.listing("").token();
            first = add(before, "a");
            add(before, "b");
            assertThat(behind(before, listed)).containsExactly("port a", "port b");
        }
        try (EventStore store = EventStore.open(data)) {
            Events after = events(CurrentCluster.open(data), store);
            add(after, "c");
            assertThat(behind(after, first)).containsExactly("port b", "port c");
            assertThat(behind(after, after.listing("").token())).isEmpty();
        }
    }

    @Test
    void shouldRefuseATokenOfBeforeARestore() {
        CurrentCluster cluster = CurrentCluster.open(data);
        try (EventStore store = EventStore.open(data)) {
            Events events = events(cluster, store);
            String before = add(events, "a");
            assertThat(behind(events, before)).as("the control").isEmpty();

            cluster.restored();

            String after = add(events, "b");
            assertRefused(() -> events.listing(before), Status.Code.FAILED_PRECONDITION,
                    "a backup was restored since or before");
            assertRefused(() -> events.resume(before), Status.Code.FAILED_PRECONDITION,
                    "Follow from the token of a new ListEvents");
            add(events, "c");
            assertThat(behind(events, after)).containsExactly("port c");
        }
    }

    @Test
    void shouldKeepTheIncarnationOfARestore() {
        CurrentCluster cluster = CurrentCluster.open(data);
        Cluster first = cluster.get();
        cluster.restored();
        Cluster second = cluster.get();
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.generation()).isEqualTo(first.generation() + 1);
        assertThat(second.incarnation()).isNotEqualTo(first.incarnation());
        assertThat(CurrentCluster.open(data).get()).isEqualTo(second);
    }

    @Test
    void shouldRestoreNothingWhereTheIncarnationCannotBeKept() throws IOException {
        CurrentCluster cluster = CurrentCluster.open(data);
        Cluster first = cluster.get();
        Files.createDirectories(data.resolve("cluster.new/in the way"));
        assertThatThrownBy(cluster::restored).isInstanceOf(StoreException.class)
                .hasMessageContaining("nothing was restored");
        assertThat(cluster.get()).isEqualTo(first);
    }

    @Test
    void shouldRefuseATokenOfAnotherFabricOrProcess() throws IOException {
        Path elsewhere = Files.createDirectory(data.resolve("elsewhere"));
        try (EventStore store = EventStore.open(data); EventStore other = EventStore.open(elsewhere)) {
            Events events = events(CurrentCluster.open(data), store);
            String foreign = add(events(CurrentCluster.open(elsewhere), other), "a");
            add(events, "a");
            assertRefused(() -> events.resume(foreign), Status.Code.FAILED_PRECONDITION, "it is of fabric ");
            WatchToken own = WatchToken.parse(events.listing("").token()).orElseThrow();
            WatchToken ofMember = new WatchToken(own.cluster(), 2, own.incarnation(), own.revision(), own.position());
            assertRefused(() -> events.resume(ofMember.toString()), Status.Code.FAILED_PRECONDITION,
                    "it is of member 2");
            assertRefused(() -> events.resume("nonsense"), Status.Code.INVALID_ARGUMENT, "`nonsense` is none");
            Events without = new Events(() -> Instant.EPOCH);
            assertRefused(() -> without.resume(own.toString()), Status.Code.FAILED_PRECONDITION, "have none");
        }
    }

    @Test
    void shouldRefuseWhatIsNotKeptAnyMore() {
        try (EventStore store = EventStore.open(data)) {
            Events events = events(CurrentCluster.open(data), store);
            String oldest = add(events, "a");
            String second = add(events, "b");
            for (int i = 0; i < Events.KEPT; i++) {
                add(events, "c" + i);
            }
            assertThat(behind(events, second)).as("the control").hasSize(Events.KEPT);
            assertRefused(() -> events.resume(oldest), Status.Code.OUT_OF_RANGE, "up to 2 are not kept any more");
        }
    }

    @Test
    void shouldRefuseARevisionOrPositionThatWasLost() throws IOException {
        CurrentCluster cluster = CurrentCluster.open(data);
        String kept;
        String lost;
        try (EventStore store = EventStore.open(data)) {
            Events events = events(cluster, store);
            kept = add(events, "a");
            lost = add(events, "b");
        }
        Path newest = data.resolve("events/newest.jsonl");
        Files.writeString(newest, Files.readAllLines(newest).getFirst() + "\n");
        Files.delete(data.resolve("events/closed")); // as a kill leaves it
        try (EventStore store = EventStore.open(data)) {
            Events events = events(cluster, store);
            String next = add(events, "c");
            assertThat(WatchToken.parse(next).orElseThrow().position()).as("not that of a lost one")
                    .isEqualTo(1_000_001);
            assertRefused(() -> events.resume(lost), Status.Code.OUT_OF_RANGE, "no event of position 2");
            assertThat(behind(events, kept)).containsExactly("port c");
            revision = 6;
            assertRefused(() -> events.resume(next), Status.Code.OUT_OF_RANGE, "was lost");
        }
    }
}
