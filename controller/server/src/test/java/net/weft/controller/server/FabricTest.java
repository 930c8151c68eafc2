package net.weft.controller.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.ZoneNumbers;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.edit.FabricEdit;
import net.weft.controller.model.yaml.edit.ObjectEdit;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.v1.Connection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FabricTest {
    private static final Map<String, String> DB1 = Map.of("type", "tap", "device", "weft1", "access", "20");

    @TempDir
    Path data = Path.of("");
    private final List<Long> awaited = new ArrayList<>();
    private Optional<String> behind = Optional.empty();
    private Fabric fabric = newFabric();

    private Fabric newFabric() {
        return new Fabric(FileRevisionStore.open(data), this::rollout, ImpactPreview.NONE,
                new Clocks(() -> Instant.EPOCH, Timer.NEVER, "boot"), new Events(() -> Instant.EPOCH),
                RandomGenerator.of("L64X128MixRandom"));
    }

    private Optional<String> rollout(long revision, boolean again) {
        awaited.add(again ? -revision : revision);
        return behind;
    }

    @BeforeEach
    void start() {
        fabric = newFabric();
    }

    @Test
    void shouldCommitAndCarryOutAFile() {
        Outcome outcome = fabric.apply(Revisions.file(10), Terms.PLAIN, "test");
        assertThat(outcome.revision()).isEqualTo(1);
        assertThat(outcome.plan().describe()).contains("+ port web1");
        assertThat(awaited).containsExactly(1L);
        assertThat(newFabric().config()).isEqualTo(fabric.config());
    }

    @Test
    void shouldCommitNothingWhenNothingChanges() {
        fabric.apply(Revisions.file(10), Terms.PLAIN, "test");
        assertThat(fabric.apply(Revisions.file(10), Terms.PLAIN, "test").revision()).isEqualTo(1);
        assertThat(awaited).as("the second time it is tried at once").containsExactly(1L, -1L);
    }

    @Test
    void shouldNotCallUnchangedWhatDoesNotRun() {
        behind = Optional.of("member 1 cannot");
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatExceptionOfType(NotCarriedOutException.class).as("attempt " + attempt)
                    .isThrownBy(() -> fabric.apply(Revisions.file(10), Terms.PLAIN, "test"))
                    .withMessageStartingWith("revision 1 is stored, but member 1 cannot; ");
        }
        assertThat(fabric.revision()).isEqualTo(1);
        behind = Optional.empty();
        assertThat(fabric.apply(Revisions.file(10), Terms.PLAIN, "test").plan().isEmpty()).isTrue();
    }

    @Test
    void shouldOnlyPlanOnADryRun() {
        Outcome outcome = fabric.apply(Revisions.file(10), new Terms(true, OptionalLong.empty(), false),
                "t");
        assertThat(outcome.plan().isEmpty()).isFalse();
        assertThat(fabric.revision()).isZero();
        assertThat(awaited).isEmpty();
    }

    @Test
    void shouldForeseeWithTheNumbersThatTheRevisionWouldHave() {
        List<Revision> asked = new ArrayList<>();
        ImpactPreview.DroppedConnections dropped = new ImpactPreview.DroppedConnections(
                List.of(Connection.newBuilder().setSource("10.0.0.1:1").build()), 7, List.of("VLAN 10"));
        fabric = new Fabric(FileRevisionStore.open(data), this::rollout, next -> {
            asked.add(next);
            return dropped;
        }, new Clocks(() -> Instant.EPOCH, Timer.NEVER, "boot"), new Events(() -> Instant.EPOCH),
                RandomGenerator.of("L64X128MixRandom"));
        byte[] file = "zones: {a: {}, b: {}}\nports: {}\n".getBytes(StandardCharsets.UTF_8);
        assertThat(fabric.apply(file, Terms.PLAIN, "t").dropped())
                .isEqualTo(ImpactPreview.DroppedConnections.NONE);
        assertThat(asked).isEmpty();
        Terms dry = new Terms(true, OptionalLong.empty(), false);
        assertThat(fabric.apply(file, dry, "t").dropped()).as("nothing changes")
                .isEqualTo(ImpactPreview.DroppedConnections.NONE);
        byte[] other = "zones: {c: {}, b: {}}\nports: {}\n".getBytes(StandardCharsets.UTF_8);
        assertThat(fabric.apply(other, dry, "t").dropped()).isEqualTo(dropped);
        assertThat(
                fabric.edit(config -> ObjectEdit.add(config, ObjectEdit.Kind.ZONE, "d", Map.of()), dry, "t", "")
                        .dropped())
                .isEqualTo(dropped);
        assertThat(asked).extracting(next -> next.zoneNumbers().zones())
                .containsExactly(Map.of("a", 2, "b", 3, "c", 4), Map.of("a", 2, "b", 3, "d", 4));
        assertThat(fabric.revision()).isEqualTo(1);
    }

    @Test
    void shouldKeepNumbersOfZonesAndPoliciesOverARestart() {
        fabric.apply("""
                zones: {a: {}, b: {}}
                policies: [{name: p, from: a, to: b, action: allow}, {name: q, from: b, to: a, action: drop}]
                ports: {}
                """.getBytes(StandardCharsets.UTF_8), Terms.PLAIN, "t");
        Fabric again = newFabric();
        again.apply("""
                zones: {c: {}, b: {}}
                policies: [{name: n, from: b, to: c, action: drop}, {name: q, from: b, to: c, action: drop}]
                ports: {}
                """.getBytes(StandardCharsets.UTF_8), Terms.PLAIN, "t");
        assertThat(newFabric().last().orElseThrow().zoneNumbers())
                .isEqualTo(new ZoneNumbers(Map.of("a", 2, "b", 3, "c", 4), Map.of("p", 0, "q", 1, "n", 2)));
    }

    @Test
    void shouldWarnOfWhatAnEditBringsAboutOnly() {
        fabric.apply("policies: [{name: p, from: any, to: any, action: drop}]\nports: {}\n"
                .getBytes(StandardCharsets.UTF_8), Terms.PLAIN, "t");
        Outcome zone = fabric.edit(config -> ObjectEdit.add(config, ObjectEdit.Kind.POLICY, "q",
                Map.of("from", "any", "to", "any", "action", "drop")), Terms.PLAIN, "t", "");
        assertThat(zone.warnings()).extracting(Fault::toString)
                .containsExactly("policies.q: policy q never matches: policy p matches all of it before");
        Outcome between = fabric.edit(config -> ObjectEdit.add(config, ObjectEdit.Kind.POLICY, "r",
                Map.of("from", "any", "to", "any", "action", "drop", "before", "q")), Terms.PLAIN, "t", "");
        assertThat(between.warnings()).extracting(Fault::toString)
                .containsExactly("policies.r: policy r never matches: policy p matches all of it before");
    }

    @Test
    void shouldNameEveryFaultAndChangeNothing() {
        byte[] bad = "ports:\n  a: {type: tap, device: weft0, access: 4095}\n  b: {type: nic, devise: eth0}\n"
                .getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> fabric.apply(bad, Terms.PLAIN, "test"))
                .satisfies(e -> assertThat(((Refusal.Invalid) e.refusal()).faults()).extracting(Fault::path)
                        .contains("ports.a.access", "ports.b.devise"));
        assertThat(fabric.revision()).isZero();
    }

    @Test
    void shouldRefuseAStaleBase() {
        fabric.apply(Revisions.file(10), Terms.PLAIN, "test");
        fabric.apply(Revisions.file(20), new Terms(false, OptionalLong.of(1), false), "test");
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(
                        () -> fabric.apply(Revisions.file(30), new Terms(false, OptionalLong.of(1), false), "t"))
                .withMessageContaining("the newest revision is 2, not 1");
    }

    @Test
    void shouldUndoWhatACommandMadeOnlyWithPrune() {
        fabric.apply(Revisions.file(10), Terms.PLAIN, "test");
        fabric.edit(config -> FabricEdit.addPort(config, "db1", DB1), Terms.PLAIN, "test", "port add db1");
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> fabric.apply(Revisions.file(20), Terms.PLAIN, "test"))
                .withMessageContaining("- port db1, made by command in revision 2");
        assertThat(fabric.revision()).isEqualTo(2);
        fabric.apply(Revisions.file(20), new Terms(false, OptionalLong.empty(), true), "test");
        assertThat(fabric.config().ports()).containsOnlyKeys("web1");
    }

    @Test
    void shouldLetTheStoreStandWhenStartedWithTheFileLastGiven() {
        fabric.merge(Revisions.file(10), "up");
        fabric.edit(config -> FabricEdit.addPort(config, "db1", DB1), Terms.PLAIN, "test", "port add db1");
        Fabric restarted = newFabric();
        assertThat(restarted.merge(Revisions.file(10), "up").plan().isEmpty()).isTrue();
        assertThat(restarted.config().ports()).containsKeys("web1", "db1");
    }

    @Test
    void shouldExportWhatAppliesAsNoChange() {
        fabric.apply(Revisions.file(10), Terms.PLAIN, "test");
        fabric.edit(config -> FabricEdit.addPort(config, "db1", DB1), Terms.PLAIN, "test", "port add db1");
        byte[] exported = FabricYaml.write(fabric.config()).getBytes(StandardCharsets.UTF_8);
        assertThat(fabric.diff(exported).plan().isEmpty()).isTrue();
    }

    @Test
    void shouldKeepPortNumbersWhateverTheOrderOfTheFile() {
        fabric.apply(Revisions.file(10), Terms.PLAIN, "test");
        byte[] reordered = ("ports:\n  db1: {type: tap, device: weft1, access: 20}\n"
                + "  web1: {type: tap, device: weft0, access: 10}\n").getBytes(StandardCharsets.UTF_8);
        fabric.apply(reordered, Terms.PLAIN, "test");
        Revision last = fabric.last().orElseThrow();
        assertThat(last.interfaceName("web1")).contains("1/0/1");
        assertThat(last.interfaceName("db1")).contains("1/0/2");
    }
}
