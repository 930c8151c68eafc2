package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import net.weft.client.EventWatch;
import net.weft.client.WeftClient;
import net.weft.client.WeftException;
import net.weft.v1.Event;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client library against an instance that is started again. */
class WeftClientTest {
    @TempDir
    Path directory = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private RunningWeft running;
    @SuppressWarnings("NullAway.Init")
    private WeftClient client;

    @BeforeEach
    void start() throws IOException {
        running = new RunningWeft(directory);
        client = WeftClient.to(directory.resolve("c"),
                new WeftClient.Options(Duration.ofSeconds(10), Duration.ofSeconds(20), "orchestrator"));
    }

    @AfterEach
    void stop() {
        client.close();
        running.close();
    }

    private Map<String, String> keys() {
        return Map.of("type", "qemu", "transport", "stream", "mode", "server", "socket",
                directory.resolve("vm").toString(), "network", "acme/web");
    }

    @Test
    void shouldAddAndRemovePortsHoweverOften() {
        long revision = client.addPort("vm1", keys(), "plugged").getRevision();
        assertThat(client.addPort("vm1", keys(), "plugged").getRevision()).as("it is there").isEqualTo(revision);
        assertThat(client.ports()).anyMatch(port -> port.getName().equals("vm1"));
        assertThat(client.history(1).getFirst().getClaimedName()).isEqualTo("orchestrator");
        assertThat(client.removePort("vm1", "unplugged").getRevision()).isEqualTo(revision + 1);
        assertThat(client.removePort("vm1", "unplugged").getRevision()).isEqualTo(revision + 1);
        assertThat(client.export()).doesNotContain("vm1");
        assertThat(client.status().getHealth()).isEqualTo("ok");
    }

    @Test
    void shouldSayByTheKindOfTheExceptionWhatIsWrong() {
        assertThatThrownBy(() -> client.setPort("web1", Map.of("access", "4095"), ""))
                .isInstanceOfSatisfying(WeftException.Invalid.class,
                        invalid -> assertThat(invalid.faults())
                                .anyMatch(fault -> fault.getPath().equals("ports.web1.access")));
        running.weft("port", "set", "web1", "description=x", "--confirm-within", "1h");
        assertThatThrownBy(() -> client.setPort("web1", Map.of("description", "y"), ""))
                .isInstanceOf(WeftException.NotNow.class).hasMessageContaining("waits to be confirmed");
        WeftClient nobody = WeftClient.to(directory.resolve("nobody"),
                new WeftClient.Options(Duration.ofSeconds(1), Duration.ZERO, ""));
        assertThatThrownBy(nobody::ports).isInstanceOf(WeftException.Unavailable.class);
        nobody.close();
    }

    @Test
    void shouldNotShowThatWeftWasStartedAgain() {
        List<Event> events = new CopyOnWriteArrayList<>();
        try (EventWatch watch = client.watch(0, events::add)) {
            client.setPort("web1", Map.of("description", "1"), "");
            Awaitility.await().until(() -> has(events, "revision 2"));
            running.close();
            Thread.ofVirtual().start(() -> running.start(Optional.empty()));
            assertThat(client.setPort("web1", Map.of("description", "2"), "").getRevision()).isEqualTo(3);
            Awaitility.await().until(() -> has(events, "revision 3"));
            assertThat(events.stream().map(Event::getPosition)).isSorted().doesNotHaveDuplicates();
            assertThat(watch.position()).isEqualTo(events.getLast().getPosition());
        }
    }

    private static boolean has(List<Event> events, String subject) {
        return events.stream().anyMatch(event -> event.getSubject().equals(subject));
    }
}
