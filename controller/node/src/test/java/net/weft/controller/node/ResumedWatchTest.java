package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import net.weft.client.EventWatch;
import net.weft.client.WeftClient;
import net.weft.client.WeftException;
import net.weft.controller.node.RunningWeft.Result;
import net.weft.v1.Event;
import net.weft.v1.ListEventsRequest;
import net.weft.v1.ListEventsResponse;
import net.weft.v1.SystemServiceGrpc;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A watch of events goes on after a restart of Weft, and is refused after the restore of a backup. */
class ResumedWatchTest {
    @TempDir
    Path directory = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private RunningWeft running;
    @SuppressWarnings("NullAway.Init")
    private WeftClient client;
    @SuppressWarnings("NullAway.Init")
    private String backup;

    @BeforeEach
    void start() throws IOException {
        running = new RunningWeft(directory);
        backup = directory.resolve("weft.backup").toString();
        client = WeftClient.to(directory.resolve("c"));
        done("backup", backup);
        set("1");
    }

    @AfterEach
    void stop() {
        client.close();
        running.close();
    }

    private void done(String... arguments) {
        Result result = running.weft(arguments);
        assertThat(result.status()).as(result.err()).isZero();
    }

    private void set(String description) {
        done("port", "set", "web1", "description=" + description);
    }

    private ListEventsResponse events(String token) {
        return SystemServiceGrpc.newBlockingStub(client.channel())
                .listEvents(ListEventsRequest.newBuilder().setToken(token).build());
    }

    private static List<String> revisions(List<Event> events) {
        return events.stream().filter(event -> event.getKind().equals("revision")).map(Event::getSubject).toList();
    }

    @Test
    void shouldRefuseTheTokenOfBeforeARestore() {
        String token = events("").getToken();
        done("restore", backup, "--dry-run");
        set("2");
        assertThat(revisions(events(token).getEventsList())).as("a dry run draws nothing")
                .containsExactly("revision 3");
        done("restore", backup);
        Result refused = running.weft("events", "--after", token);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("token: a backup was restored since or before: it is of incarnation ",
                "Follow from the token of a new ListEvents");
        assertThat(running.weft("events", "--follow", "--after", token).err()).isEqualTo(refused.err());
        String restored = events("").getToken();
        set("3");
        assertThat(revisions(events(restored).getEventsList())).containsExactly("revision 5");
        running.close();
        running.start(Optional.empty());
        set("4");
        assertThat(revisions(events(restored).getEventsList())).as("over a restart")
                .containsExactly("revision 5", "revision 6");
        assertThat(running.weft("events", "--after", token).err()).isEqualTo(refused.err());
    }

    @Test
    void shouldRefuseTheTokenInAStoreOfAnotherHost() throws IOException {
        String token = events("").getToken();
        running.close();
        Files.move(directory.resolve("data"), directory.resolve("elsewhere"));
        running.start(Optional.empty());
        done("restore", backup);
        assertThat(running.weft("events", "--after", token).err()).contains("token: it is of fabric ");
    }

    @Test
    void shouldTellOfARevisionWhoseEventWasLost() throws IOException {
        String token = events("").getToken();
        set("2");
        running.close();
        Path file = directory.resolve("data/events/newest.jsonl");
        List<String> kept = Files.readAllLines(file).stream().filter(line -> !line.contains("\"revision 3\"")).toList();
        Files.write(file, kept);
        Files.delete(directory.resolve("data/events/closed"));
        running.start(Optional.empty());
        assertThat(events(token).getEventsList()).anySatisfy(event -> {
            assertThat(event.getSubject()).isEqualTo("revision 3");
            assertThat(event.getMessage()).isEqualTo(
                    "was stored before weft ended: port set web1: ~ port web1: description 1 → 2");
        });
    }

    @Test
    void shouldTellTheProgramWhatItMissed() {
        List<Event> events = new CopyOnWriteArrayList<>();
        List<WeftException> missed = new CopyOnWriteArrayList<>();
        String before = events("").getToken();
        done("restore", backup);
        try (EventWatch watch = client.watch(before, events::add, missed::add)) {
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !missed.isEmpty());
            assertThat(missed).singleElement().isInstanceOf(WeftException.Missed.class).asString()
                    .contains("a backup was restored");
            client.setPort("web1", Map.of("description", "3"), "");
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !revisions(events).isEmpty());
            assertThat(revisions(events)).containsExactly("revision 4");
            assertThat(watch.token()).isEqualTo(events.getLast().getToken());
        }
        try (EventWatch again = client.watch(events.getFirst().getToken(), events::add, missed::add)) {
            client.setPort("web1", Map.of("description", "4"), "");
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> revisions(events).contains("revision 5"));
            assertThat(missed).as("the control: within one incarnation nothing is missed").hasSize(1);
            assertThat(again.position()).isPositive();
        }
    }
}
