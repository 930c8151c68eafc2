package net.weft.controller.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import net.weft.controller.model.revision.Commits;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.Trial;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.v1.Event;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes that the store gave up, and that turn out to have been done. */
class LateAnswerTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Terms FOR_A_MINUTE = new Terms(false, OptionalLong.empty(), true, "", Optional.of(MINUTE), "");

    @TempDir
    Path data = Path.of("");
    private final ManualTimer timer = new ManualTimer();
    private final FaultyStore.Disk disk = new FaultyStore.Disk();
    private final Instant now = Instant.parse("2026-11-30T12:00:00Z");
    @SuppressWarnings("NullAway.Init")
    private FaultyStore store;
    @SuppressWarnings("NullAway.Init")
    private Fabric fabric;

    @BeforeEach
    void commitTheGoodOne() {
        store = new FaultyStore(FileRevisionStore.open(data), disk);
        fabric = new Fabric(store, Rollout.NONE, ImpactPreview.NONE, new Clocks(() -> now, timer, "boot-1"),
                new Events(() -> now), RandomGenerator.of("L64X128MixRandom"));
        fabric.settleTrial();
        fabric.apply(Revisions.file(10), Terms.PLAIN, "alice");
    }

    private void giveUp(Runnable change) {
        disk.isLate = true;
        assertThatThrownBy(change::run).isInstanceOf(StoreException.class);
    }

    private String access() {
        return String.valueOf(fabric.config().ports().get("web1"));
    }

    private List<String> events() {
        return fabric.events().all().stream().map(Event::getKind).toList();
    }

    @Test
    void shouldTryOutWhatWasStoredLate() {
        String good = access();
        giveUp(() -> fabric.apply(Revisions.file(20), FOR_A_MINUTE, "alice"));
        assertThat(timer.pending()).as("nothing is on trial yet").isZero();
        store.land();
        assertThat(fabric.revision()).isEqualTo(2);
        assertThat(fabric.onTrial()).map(Ledger.OnTrial::confirmBy).contains(now.plus(MINUTE));
        assertThat(events()).containsExactly("revision", "revision", "trial");
        assertThatThrownBy(() -> fabric.apply(Revisions.file(30), Terms.PLAIN, "bob"))
                .isInstanceOf(RefusedException.class);
        timer.advance(MINUTE.minusMillis(1));
        assertThat(fabric.revision()).isEqualTo(2);
        timer.advance(Duration.ofMillis(1));
        assertThat(access()).isEqualTo(good);
        assertThat(fabric.last().orElseThrow().header().author().command())
                .isEqualTo("roll-back of revision 2 to 1: it was not confirmed in time");
    }

    @Test
    void shouldLetWhatWasStoredLateBeConfirmed() {
        giveUp(() -> fabric.apply(Revisions.file(20), FOR_A_MINUTE, "alice"));
        store.land();
        assertThat(fabric.confirm(2, "alice", "")).isEqualTo(2);
        timer.advance(MINUTE);
        assertThat(fabric.revision()).isEqualTo(2);
    }

    @Test
    void shouldEndTheTrialThatALateWriteConfirmed() {
        fabric.apply(Revisions.file(20), FOR_A_MINUTE, "alice");
        giveUp(() -> fabric.confirm(0, "bob", ""));
        assertThat(fabric.onTrial()).isPresent();
        store.land();
        assertThat(fabric.onTrial()).isEmpty();
        assertThat(timer.pending()).isZero();
        Event last = fabric.events().all().getLast();
        assertThat(last.getMessage()).isEqualTo("is confirmed");
        assertThat(last.getWho()).isEqualTo("bob");
        fabric.apply(Revisions.file(30), Terms.PLAIN, "alice");
        assertThat(fabric.revision()).isEqualTo(3);
    }

    @Test
    void shouldEndTheTrialThatALateRollBackUndid() {
        String good = access();
        fabric.apply(Revisions.file(20), FOR_A_MINUTE, "alice");
        disk.isLate = true;
        timer.advance(MINUTE);
        assertThat(fabric.revision()).as("the roll-back was given up").isEqualTo(2);
        store.land();
        assertThat(access()).isEqualTo(good);
        assertThat(fabric.onTrial()).isEmpty();
        timer.advance(MINUTE);
        assertThat(fabric.revision()).as("once").isEqualTo(3);
    }

    @Test
    void shouldRecordAChangeThatWasStoredLate() {
        giveUp(() -> fabric.apply(Revisions.file(20), Terms.PLAIN, "alice"));
        assertThat(events()).containsExactly("revision");
        store.land();
        assertThat(events()).containsExactly("revision", "revision");
        assertThat(fabric.events().all().getLast().getMessage()).isEqualTo("apply: ~ port web1: access 10 → 20");
    }

    @Test
    void shouldNotLetAChangeSlipInBeforeALateOneIsNoticed() {
        giveUp(() -> fabric.apply(Revisions.file(20), FOR_A_MINUTE, "alice"));
        store.onFound(() -> {
        });
        store.land();
        assertThatThrownBy(() -> fabric.apply(Revisions.file(30), Terms.PLAIN, "bob"))
                .isInstanceOf(RefusedException.class);
        assertThat(fabric.onTrial()).isPresent();
    }

    @Test
    void shouldRollBackWhatAnEarlierRunHadOnTrialAndOnlyTheLogKnew() {
        String good = access();
        Revision last = fabric.last().orElseThrow();
        Revision earlier = Commits.command(Optional.of(last), FabricYaml.parse(Revisions.file(20)).orElseThrow(),
                Revisions.AUTHOR, RandomGenerator.of("L64X128MixRandom"))
                .on(Optional.of(new Trial(1, MINUTE, "boot-0")));
        disk.isLate = true;
        assertThatThrownBy(() -> store.append(earlier, 1)).isInstanceOf(StoreException.class);
        store.land();
        assertThat(access()).isEqualTo(good);
        assertThat(fabric.last().orElseThrow().header().author().command())
                .isEqualTo("roll-back of revision 2 to 1: the host was booted before it was confirmed");
        assertThat(events()).containsExactly("revision", "revision", "revision");
    }
}
