package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import net.weft.controller.node.RunningWeft.Result;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A revision that was stored and could not be carried out, as a person at the command meets it. */
class StoredRevisionTest {
    private static final String REASON = "revision 2 cannot be carried out: injected";

    @TempDir
    Path directory = Path.of("");
    private final AtomicBoolean broken = new AtomicBoolean();

    @Test
    void shouldBeCarriedOutLaterAndSayWhyNotYet() throws IOException {
        try (RunningWeft running = new RunningWeft(directory, _ -> {
            if (broken.get()) {
                throw new IllegalStateException("injected");
            }
        })) {
            assertThat(members(running)).contains("\"state\":\"up\"", "\"revision\":1", "\"reason\":\"\"");
            broken.set(true);
            Files.writeString(running.file(), running.fabric(11));
            String[] apply = {"apply", "-f", running.file().toString()};
            Result first = running.weft(apply);
            assertThat(first.status()).isOne();
            assertThat(first.err()).startsWith("weft: revision 2 is stored, but " + REASON);
            Result second = running.weft(apply);
            assertThat(second.status()).as("not `no change`: " + second.out()).isOne();
            assertThat(second.err()).isEqualTo(first.err());
            assertThat(members(running)).contains("\"state\":\"behind\"", "\"revision\":1", "\"newest-revision\":2",
                    "\"reason\":\"" + REASON + "\"");
            assertThat(running.weft("doctor").out())
                    .contains("fail  member 1        runs revision 1, not 2: " + REASON);
            assertThat(running.weft("show", "vlans", "--vlan", "11", "-o", "json").out()).doesNotContain("web1");
            assertThat(running.isReady()).isFalse();
            broken.set(false);
            Result third = running.weft(apply);
            assertThat(third.err()).isEmpty();
            assertThat(third.out()).isEqualTo("no change, revision 2\n");
            assertThat(running.weft("show", "vlans", "-o", "json").out()).contains("\"vid\":11");
            assertThat(members(running)).contains("\"state\":\"up\"", "\"revision\":2");
            assertThat(running.isReady()).isTrue();
        }
    }

    @Test
    void shouldConvergeByItself() throws IOException {
        try (RunningWeft running = new RunningWeft(directory, _ -> {
            if (broken.get()) {
                throw new IllegalStateException("injected");
            }
        })) {
            broken.set(true);
            assertThat(running.weft("port", "set", "web1", "access=40").status()).isOne();
            broken.set(false);
            Awaitility.await().atMost(Duration.ofSeconds(30))
                    .until(() -> members(running).contains("\"state\":\"up\",\"version\""));
            assertThat(running.weft("show", "vlans", "--port", "web1", "-o", "json").out()).contains("\"vid\":40");
        }
    }

    private static String members(RunningWeft running) {
        return running.weft("show", "members", "-o", "json").out();
    }
}
