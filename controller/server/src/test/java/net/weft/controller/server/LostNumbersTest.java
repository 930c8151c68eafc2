package net.weft.controller.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import net.weft.controller.model.revision.Revision;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers of revisions that are lost: no other revision gets them. */
class LostNumbersTest {
    private static final Terms FOR_A_MINUTE = new Terms(false, OptionalLong.empty(), true, "",
            Optional.of(Duration.ofMinutes(1)), "");

    @TempDir
    Path data = Path.of("");
    private final ManualTimer timer = new ManualTimer();

    private Fabric started() {
        Instant now = Instant.parse("2026-11-30T12:00:00Z");
        FileRevisionStore store = FileRevisionStore.open(data);
        Fabric fabric = new Fabric(store, Rollout.NONE, ImpactPreview.NONE, new Clocks(() -> now, timer, "boot-1"),
                new Events(() -> now), RandomGenerator.of("L64X128MixRandom"));
        store.recovery().ifPresentOrElse(fabric::recover, fabric::settleTrial);
        return fabric;
    }

    @BeforeEach
    void commitFive() {
        Fabric fabric = started();
        for (int vid = 10; vid <= 50; vid += 10) {
            fabric.apply(Revisions.file(vid), Terms.PLAIN, "alice");
        }
    }

    private Path file(long number) {
        return data.resolve("revisions/000000000" + number + ".json");
    }

    private static String command(Fabric fabric) {
        return fabric.last().orElseThrow().header().author().command();
    }

    @Test
    void shouldGoOnBehindWhatIsLost() throws IOException {
        Files.write(file(5), new byte[0]);
        Fabric fabric = started();
        assertThat(fabric.revision()).isEqualTo(4);
        assertThat(fabric.apply(Revisions.file(60), Terms.PLAIN, "bob").revision()).isEqualTo(7);
        Revision continued = fabric.history().revision(6);
        assertThat(continued.header().author().command())
                .isEqualTo("continuation of revision 4: what came after it is lost, up to revision 5");
        assertThat(continued.config()).isEqualTo(fabric.history().revision(4).config());
        assertThat(fabric.history().headers(0, 10)).hasSize(6);
        assertThat(started().revision()).as("once").isEqualTo(7);
    }

    @Test
    void shouldNotNeedTheDamagedFileToKnowItsNumber() throws IOException {
        Files.delete(file(4));
        Files.delete(file(5));
        Fabric fabric = started();
        assertThat(fabric.revision()).isEqualTo(3);
        assertThat(fabric.apply(Revisions.file(60), Terms.PLAIN, "bob").revision()).as("the index has 5").isEqualTo(7);
    }

    @Test
    void shouldBelieveAMemberThatHasMore() {
        Fabric fabric = started();
        fabric.lost(8);
        assertThat(fabric.revision()).isEqualTo(9);
        assertThat(command(fabric)).contains("up to revision 8");
        fabric.lost(7);
        assertThat(fabric.revision()).as("the control: nothing more is lost").isEqualTo(9);
        assertThat(started().revision()).isEqualTo(9);
    }

    @Test
    void shouldRememberWhatIsLostUntilTheNextChange() {
        FileRevisionStore.open(data).lost(8);
        assertThat(started().apply(Revisions.file(60), Terms.PLAIN, "bob").revision()).isEqualTo(10);
    }

    @Test
    void shouldBeginAnewBehindWhatCannotBeRead() throws IOException {
        for (long number = 1; number <= 5; number++) {
            Files.write(file(number), new byte[0]);
        }
        Fabric fabric = started();
        assertThat(fabric.last()).isEmpty();
        assertThat(fabric.apply(Revisions.file(60), Terms.PLAIN, "bob").revision()).isEqualTo(6);
        assertThat(fabric.apply(Revisions.file(70), FOR_A_MINUTE, "bob").revision()).isEqualTo(7);
        timer.advance(Duration.ofMinutes(1));
        assertThat(command(fabric)).startsWith("roll-back of revision 7 to 6");
    }

    @Test
    void shouldStayOnTrial() {
        Fabric fabric = started();
        fabric.apply(Revisions.file(60), FOR_A_MINUTE, "bob");
        fabric.lost(8);
        assertThat(fabric.onTrial()).map(Ledger.OnTrial::revision).contains(9L);
        timer.advance(Duration.ofMinutes(1));
        assertThat(command(fabric)).isEqualTo("roll-back of revision 9 to 5: it was not confirmed in time");
        assertThat(fabric.revision()).isEqualTo(10);
    }
}
