package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import net.weft.testing.Spin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft port migrate} and {@code weft show migrations}, as a person types them, and a guest that arrives. */
@Timeout(60)
class PortMigrateCommandTest {
    private static final String COLUMNS = "PORT MEMBER STATE FROM TO ANNOUNCEMENT READY-TO-ANNOUNCED-MS"
            + " READY-TO-FIRST-FRAME-MS ANNOUNCED-TO-FIRST-FRAME-MS";

    @TempDir
    private Path directory = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private Instance instance;

    private record Result(int status, String out, String err) {
    }

    @BeforeEach
    void start() throws IOException {
        Path file = Files.writeString(directory.resolve("fabric.yaml"), """
                ports:
                  web1: {type: vhost-user, socket: %1$s/a, mode: server, access: 10}
                  lab: {type: qemu, transport: stream, socket: %1$s/lab, mode: server, access: 10}
                """.formatted(directory));
        instance = Instance.start(new Instance.Options(Optional.of(file.toString()), false, OptionalInt.empty(),
                directory.resolve("data"), directory.resolve("c")));
    }

    @AfterEach
    void stop() {
        instance.close();
    }

    private Result weft(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--control", "unix:" + directory.resolve("c")));
        int status = Weft.run(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
        return new Result(status, shortened(out), shortened(err));
    }

    private String shortened(StringWriter text) {
        return text.toString().replace(directory.toString(), "/D");
    }

    private Result migrate(String... arguments) {
        List<String> all = new ArrayList<>(List.of("port", "migrate"));
        all.addAll(List.of(arguments));
        return weft(all.toArray(String[]::new));
    }

    private List<String> table() {
        return weft("show", "migrations").out().lines().map(line -> line.replaceAll(" +", " ").strip()).toList();
    }

    @Test
    void shouldSayWhyItRefuses() {
        Result refused = migrate("lab", "--socket", directory.resolve("b").toString());
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains("port lab is of type qemu; only the guest of a vhost-user port");
        assertThat(migrate("web1", "--abort").err()).contains("web1");
        assertThat(migrate("web1", "--abort").status()).isEqualTo(1);
        assertThat(migrate("web1", "--socket", "/x", "--mode", "both").status()).isEqualTo(2);
        assertThat(migrate("web1", "--socket", "/x", "--wait", "0").err()).contains("expected 1 to 86400 seconds");
        assertThat(migrate("web1").status()).as("neither socket nor abort").isEqualTo(2);
        assertThat(migrate("web1", "--abort", "--wait", "3").status()).as("nothing to wait for").isEqualTo(2);
        assertThat(table()).containsExactly(COLUMNS);
        assertThat(weft("show", "migrations", "-o", "json").out()).isEqualTo("[]\n");
    }

    @Test
    void shouldBindAheadAndCallOff() {
        Result begun = migrate("web1", "--socket", directory.resolve("b").toString());
        assertThat(begun.status()).isZero();
        assertThat(begun.out()).startsWith("web1: bound ").contains("/D/b", "/D/a", "carries frames until");
        assertThat(table()).hasSize(2).last().asString().startsWith("web1 1 waiting ").contains("/D/a", "/D/b");
        assertThat(migrate("web1", "--abort")).isEqualTo(new Result(0, "web1: called off, nothing was changed\n", ""));
        assertThat(table()).hasSize(2).last().asString().startsWith("web1 1 aborted ");
        assertThat(weft("show", "migrations", "-o", "json").out()).startsWith("[{\"port\":\"web1\",\"member\":1,"
                + "\"state\":\"aborted\",").contains("\"announcement\":\"\"", "\"message\":");
        assertThat(weft("show", "migrations", "--port", "lab", "-o", "json").out()).isEqualTo("[]\n");
        assertThat(weft("export").out()).contains("/D/a").doesNotContain("/D/b");
    }

    @Test
    void shouldSayWhenTheGuestDoesNotComeInTime() {
        Result late = migrate("web1", "--socket", directory.resolve("b").toString(), "--wait", "1");
        assertThat(late.status()).isEqualTo(1);
        assertThat(late.err()).contains("the guest has not moved within 1 s; the socket stays bound",
                "weft port migrate web1 --abort");
    }

    @Test
    void shouldTellHowTheGuestMovedAndKeepItAsARevision() {
        assertThat(migrate("web1", "--socket", directory.resolve("b").toString()).status()).isZero();
        try (MigratingGuest guest = new MigratingGuest(directory.resolve("b"))) {
            guest.announce();
            Spin.until("the migration is complete", () -> table().getLast().startsWith("web1 1 complete "));
            assertThat(table().getLast()).contains("/D/a", "/D/b", " rarp ");
            assertThat(weft("show", "migrations", "-o", "json").out()).startsWith(
                    "[{\"port\":\"web1\",\"member\":1,\"state\":\"complete\",").contains("\"announcement\":\"rarp\"");
            Spin.until("the configuration names the new socket", () -> weft("export").out().contains("/D/b"));
            assertThat(weft("export").out()).doesNotContain("/D/a");
            assertThat(directory.resolve("data/revisions/0000000002.json")).content()
                    .contains("port migrate web1 from ");
            assertThat(migrate("web1", "--abort").err()).as("it is over").contains("web1");
        }
    }
}
