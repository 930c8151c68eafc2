package net.weft.controller.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.yaml.edit.FabricEdit;
import net.weft.v1.Event;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes that are rolled back unless they are confirmed, and roll-backs by command. */
class TrialTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Terms FOR_A_MINUTE = new Terms(false, OptionalLong.empty(), true, "", Optional.of(MINUTE), "");
    private static final Map<String, String> DB1 = Map.of("type", "tap", "device", "weft1", "access", "20");

    @TempDir
    Path data = Path.of("");
    private ManualTimer timer = new ManualTimer();
    private Instant now = Instant.parse("2026-11-30T12:00:00Z");
    private final FaultyStore.Disk disk = new FaultyStore.Disk();
    private String boot = "boot-1";
    private Fabric fabric = started();

    /** A start of Weft on the same store, as after a crash. */
    private Fabric started() {
        Fabric started = new Fabric(new FaultyStore(FileRevisionStore.open(data), disk), Rollout.NONE,
                ImpactPreview.NONE,
                new Clocks(() -> now, timer, boot), new Events(() -> now), RandomGenerator.of("L64X128MixRandom"));
        started.settleTrial();
        return started;
    }

    @BeforeEach
    void commitTheGoodOne() {
        fabric = started();
        fabric.apply(Revisions.file(10), Terms.PLAIN, "alice");
    }

    private void tryOut(int vid) {
        assertThat(fabric.apply(Revisions.file(vid), FOR_A_MINUTE, "alice").revision()).isEqualTo(2);
    }

    private static String accessOf(Fabric fabric) {
        return String.valueOf(fabric.config().ports().get("web1"));
    }

    private void assertThatItFellBack(Fabric after, String why) {
        assertThat(after.revision()).isEqualTo(3);
        assertThat(accessOf(after)).isEqualTo(accessOf(newest(1)));
        assertThat(after.last().orElseThrow().header().author().command())
                .isEqualTo("roll-back of revision 2 to 1: " + why);
        assertThat(after.last().orElseThrow().who()).isEqualTo("weft");
        assertThat(after.onTrial()).isEmpty();
        assertThat(timer.pending()).isZero();
    }

    private String accessOf(Revision revision) {
        return String.valueOf(revision.config().ports().get("web1"));
    }

    private Revision newest(long number) {
        return FileRevisionStore.open(data).get(number).orElseThrow();
    }

    @Test
    void shouldFallBackWhenTheTimeIsOver() {
        tryOut(20);
        timer.advance(MINUTE.minusMillis(1));
        assertThat(fabric.revision()).isEqualTo(2);
        timer.advance(Duration.ofMillis(1));
        assertThatItFellBack(fabric, "it was not confirmed in time");
        timer.advance(MINUTE);
        assertThat(fabric.revision()).as("once").isEqualTo(3);
    }

    @Test
    void shouldStandWhenConfirmed() {
        tryOut(20);
        timer.advance(MINUTE.minusMillis(1));
        assertThat(fabric.confirm(0, "bob", "")).isEqualTo(2);
        timer.advance(MINUTE);
        assertThat(fabric.revision()).isEqualTo(2);
        assertThat(started().revision()).as("also after a crash").isEqualTo(2);
        assertThat(started().last().orElseThrow().header().trial()).isEmpty();
        assertThat(started().last().orElseThrow().who()).as("the author stays").isEqualTo("alice");
    }

    @Test
    void shouldNotCareAboutTheClockOfTheDay() {
        tryOut(20);
        now = now.plus(Duration.ofDays(365));
        timer.advance(MINUTE.minusMillis(1));
        assertThat(fabric.revision()).isEqualTo(2);
        now = now.minus(Duration.ofDays(1000));
        timer.advance(Duration.ofMillis(1));
        assertThatItFellBack(fabric, "it was not confirmed in time");
    }

    @Test
    void shouldFallBackAtTheNextStartAfterACrash() {
        tryOut(20);
        Fabric again = started();
        assertThat(again.revision()).isEqualTo(3);
        assertThat(again.last().orElseThrow().header().author().command())
                .isEqualTo("roll-back of revision 2 to 1: weft ended before it was confirmed");
        assertThat(accessOf(again)).isEqualTo(accessOf(newest(1)));
        assertThat(started().revision()).as("once").isEqualTo(3);
    }

    @Test
    void shouldFallBackAfterABootOfTheHost() {
        tryOut(20);
        boot = "boot-2";
        assertThat(started().last().orElseThrow().header().author().command())
                .isEqualTo("roll-back of revision 2 to 1: the host was booted before it was confirmed");
    }

    @Test
    void shouldNotMergeTheFileAgainThatWasRolledBack() {
        tryOut(20);
        Fabric again = started();
        again.merge(Revisions.file(20), "root");
        assertThat(accessOf(again)).as("the file is the one given last").isEqualTo(accessOf(newest(1)));
        again.apply(Revisions.file(20), Terms.PLAIN, "alice");
        assertThat(accessOf(again)).as("an apply makes it so").isEqualTo(accessOf(newest(2)));
    }

    @Test
    void shouldRefuseOtherChangesMeanwhile() {
        tryOut(20);
        String refusal = "revision 2 waits to be confirmed, until 2026-11-30T12:01:00Z; `weft confirm` makes it stand,"
                + " `weft rollback 1` undoes it at once";
        assertThatExceptionOfType(RefusedException.class).isThrownBy(this::addDb1).satisfies(
                e -> assertThat(e.refusal().describe()).isEqualTo(refusal));
        assertThatThrownBy(() -> fabric.apply(Revisions.file(30), Terms.PLAIN, "bob"))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> fabric.apply(Revisions.file(30), FOR_A_MINUTE, "bob"))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> fabric.merge(Revisions.file(30), "bob")).isInstanceOf(RefusedException.class);
        assertThat(fabric.revision()).isEqualTo(2);
    }

    @Test
    void shouldStillPlanMeanwhile() {
        tryOut(20);
        Terms dry = new Terms(true, OptionalLong.empty(), true);
        assertThat(fabric.apply(Revisions.file(30), dry, "bob").plan().describe())
                .isEqualTo("~ port web1: access 20 → 30");
        assertThat(fabric.revision()).isEqualTo(2);
        fabric.confirm(2, "alice", "");
        addDb1();
        assertThat(fabric.revision()).as("the control: after the confirmation").isEqualTo(3);
    }

    private void addDb1() {
        fabric.edit(config -> FabricEdit.addPort(config, "db1", DB1), Terms.PLAIN, "bob", "port add db1");
    }

    @Test
    void shouldEndAtOnceByARollBackToWhereItCameFrom() {
        tryOut(20);
        assertThat(fabric.rollback(1, Terms.PLAIN, "alice").revision()).isEqualTo(3);
        assertThat(accessOf(fabric)).isEqualTo(accessOf(newest(1)));
        assertThat(fabric.onTrial()).isEmpty();
        timer.advance(MINUTE);
        assertThat(fabric.revision()).isEqualTo(3);
        addDb1();
        assertThat(started().revision()).as("a later start has nothing to undo").isEqualTo(4);
    }

    @Test
    void shouldConfirmOnlyWhatIsOnTrial() {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> fabric.confirm(0, "alice", ""))
                .satisfies(e -> assertThat(e.refusal().describe())
                        .isEqualTo("no revision waits to be confirmed; revision 1 stands"));
        tryOut(20);
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> fabric.confirm(1, "alice", ""))
                .satisfies(e -> assertThat(e.refusal().describe())
                        .isEqualTo("revision 2 waits to be confirmed, not 1"));
        timer.advance(MINUTE);
        assertThatThrownBy(() -> fabric.confirm(0, "alice", "")).as("too late").isInstanceOf(RefusedException.class);
    }

    @Test
    void shouldNotTryOutTheFirstRevision(@org.junit.jupiter.api.io.TempDir Path empty) {
        data = empty;
        Fabric first = started();
        assertThatThrownBy(() -> first.apply(Revisions.file(10), FOR_A_MINUTE, "alice"))
                .isInstanceOf(RefusedException.class);
        assertThat(first.revision()).isZero();
    }

    @Test
    void shouldWaitForRoomOnTheDiskAndThenFallBack() {
        tryOut(20);
        disk.isFull = true;
        timer.advance(MINUTE.plusSeconds(30));
        assertThat(fabric.revision()).isEqualTo(2);
        assertThatThrownBy(this::addDb1).as("still on trial").isInstanceOf(RefusedException.class);
        timer = new ManualTimer();
        Fabric again = started();
        assertThat(again.revision()).as("a start finds no room either").isEqualTo(2);
        disk.isFull = false;
        timer.advance(Duration.ofSeconds(2));
        assertThat(again.revision()).isEqualTo(3);
        assertThat(accessOf(again)).isEqualTo(accessOf(newest(1)));
    }

    @Test
    void shouldFallBackFurtherIfTheOneBeforeIsDamaged() throws java.io.IOException {
        addDb1();
        fabric.apply(Revisions.file(20), FOR_A_MINUTE, "alice");
        assertThat(fabric.revision()).isEqualTo(3);
        Path before = data.resolve("revisions/0000000002.json");
        byte[] bytes = java.nio.file.Files.readAllBytes(before);
        bytes[bytes.length - 10] ^= 1;
        java.nio.file.Files.write(before, bytes);
        assertThat(started().last().orElseThrow().header().author().command()).contains("revision 3 to 1");
    }

    @Test
    void shouldRecordWhoTriedConfirmedAndWasRefused() {
        tryOut(20);
        assertThatThrownBy(this::addDb1).isInstanceOf(RefusedException.class);
        fabric.confirm(0, "bob", "the night shift");
        List<Event> events = fabric.events().all();
        assertThat(events).extracting(Event::getKind).containsExactly("revision", "revision", "trial", "refused",
                "trial");
        assertThat(events.get(2).getMessage())
                .isEqualTo("is rolled back to revision 1 unless it is confirmed within 60 s");
        assertThat(events.get(3).getSubject()).isEqualTo("port add db1");
        assertThat(events.get(4).getWho()).isEqualTo("bob");
        assertThat(events.get(4).getClaimedName()).isEqualTo("the night shift");
    }
}
