package net.weft.controller.model.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Commits;
import net.weft.controller.model.revision.Conflict;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.write.FabricKeys;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

class ThreeWayMergeTest {
    private static final RandomGenerator RANDOM = RandomGenerator.of("L64X128MixRandom");
    private static final Author ALICE = new Author(Instant.EPOCH, "alice", "port set");
    private static final int PORTS = 6;

    private static FabricConfig config(String yaml) {
        return FabricYaml.parse(yaml).orElseThrow();
    }

    private static ThreeWayMerge.Merged merge(String given, String file, String newest) {
        Revision first = Commits.file(Optional.empty(), config(given), given, ALICE, RANDOM);
        Revision second = Commits.command(Optional.of(first), config(newest), ALICE, RANDOM);
        return ThreeWayMerge.merge(Optional.of(Commits.completed(Optional.of(first), config(given), RANDOM)),
                Commits.completed(Optional.of(first), config(file), RANDOM), second);
    }

    private static String ports(String... ports) {
        return "tenants: {acme: {networks: {web: {vlan: 10}, db: {vlan: 20}}}}\nports: {" + String.join(", ", ports)
                + "}\n";
    }

    private static String port(String name, String keys) {
        return name + ": {type: tap, device: t" + name + ", " + keys + "}";
    }

    private static Map<String, String> keys(ThreeWayMerge.Merged merged, String port) {
        return FabricKeys.of(merged.config().port(port).orElseThrow());
    }

    @Test
    void shouldTakeWhatOnlyOneSideChanged() {
        ThreeWayMerge.Merged merged = merge(ports(port("a", "access: 10"), port("b", "access: 10")),
                ports(port("a", "access: 11"), port("b", "access: 10"), port("c", "access: 10")),
                ports(port("a", "access: 10"), port("b", "access: 12"), port("d", "access: 10")));
        assertThat(merged.conflicts()).isEmpty();
        assertThat(merged.config().ports().keySet()).containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(keys(merged, "a")).containsEntry("access", "11");
        assertThat(keys(merged, "b")).containsEntry("access", "12");
    }

    @Test
    void shouldKeepTheNewestWhereBothChangedOneObject() {
        ThreeWayMerge.Merged merged = merge(ports(port("a", "access: 10"), port("b", "access: 10")),
                ports(port("a", "access: 11"), port("b", "access: 10, mtu: 1400")),
                ports(port("a", "access: 12"), port("b", "access: 10, mtu: 1400")));
        assertThat(keys(merged, "a")).containsEntry("access", "12");
        assertThat(merged.conflicts()).as("b is the same on both sides").containsExactly(new Conflict("port a",
                "the file has access 10 → 11, and alice in revision 2 has access 10 → 12, which stays"));
    }

    @Test
    void shouldKeepAnObjectThatOneSideRemovedAndTheOtherChanged() {
        ThreeWayMerge.Merged merged = merge(ports(port("a", "access: 10"), port("b", "access: 10")),
                ports(port("b", "access: 11")), ports(port("a", "access: 12")));
        assertThat(merged.config().ports().keySet()).containsExactly("a");
        assertThat(merged.conflicts()).extracting(Conflict::subject).containsExactlyInAnyOrder("port a", "port b");
        assertThat(merged.conflicts()).extracting(Conflict::message)
                .anyMatch(message -> message.startsWith("the file removed it, and alice in revision 2 has access"));
    }

    @Test
    void shouldLeaveOutOnlyWhatDoesNotFit() {
        String given = ports(port("a", "access: 10"));
        String file = "tenants: {acme: {networks: {web: {vlan: 10}}}}\nports: {" + port("a", "access: 11") + ", "
                + port("n", "network: acme/web") + "}\n";
        ThreeWayMerge.Merged merged = merge(given, file,
                ports(port("a", "access: 10"), port("c", "network: acme/db")));
        assertThat(merged.config().ports().keySet()).containsExactlyInAnyOrder("a", "c", "n");
        assertThat(keys(merged, "a")).containsEntry("access", "11");
        assertThat(merged.config().networks().map(network -> network.name().toString())).contains("acme/db");
        assertThat(merged.conflicts()).singleElement()
                .satisfies(conflict -> assertThat(conflict.subject()).isEqualTo("network acme/db"))
                .satisfies(conflict -> assertThat(conflict.message()).contains("does not fit the newest revision"));
    }

    @Test
    void shouldMergeTheOrderOfPolicies() {
        String given = policies("a", "b", "c");
        assertThat(names(merge(given, policies("c", "a", "b"), policies("a", "x", "b", "c"))))
                .as("the file reorders, a command adds").containsExactly("c", "a", "x", "b");
        assertThat(names(merge(given, policies("a", "y", "b", "c"), policies("c", "b", "a"))))
                .as("a command reorders, the file adds").containsExactly("c", "b", "a", "y");
        ThreeWayMerge.Merged both = merge(given, policies("c", "a", "b"), policies("b", "a", "c"));
        assertThat(names(both)).containsExactly("b", "a", "c");
        assertThat(both.conflicts()).extracting(Conflict::subject).containsExactly("policies");
        assertThat(merge(given, policies("b", "a", "c"), policies("b", "a", "c")).conflicts()).isEmpty();
    }

    private static String policies(String... names) {
        List<String> all = new ArrayList<>();
        for (String name : names) {
            all.add("{name: " + name + ", from: z, to: any, match: tcp/" + (int) name.charAt(0) + ", action: drop}");
        }
        return "zones: {z: {}}\npolicies: [" + String.join(", ", all) + "]\nports: {}\n";
    }

    private static List<String> names(ThreeWayMerge.Merged merged) {
        return merged.config().policies().stream().map(PolicyConfig::name).map(Object::toString).toList();
    }

    @Test
    void shouldTakeEveryCommandForAConflictWhereTheFileLastGivenCannotBeRead() {
        String given = ports(port("a", "access: 10"), port("b", "access: 10"));
        Revision first = Commits.file(Optional.empty(), config(given), given, ALICE, RANDOM);
        Revision second = Commits.command(Optional.of(first),
                config(ports(port("a", "access: 12"), port("b", "access: 10"))), ALICE, RANDOM);
        ThreeWayMerge.Merged merged = ThreeWayMerge.merge(Optional.empty(),
                Commits.completed(Optional.of(first), config(ports(port("a", "access: 10"), port("b", "access: 11"))),
                        RANDOM),
                second);
        assertThat(keys(merged, "a")).containsEntry("access", "12");
        assertThat(keys(merged, "b")).containsEntry("access", "11");
        assertThat(merged.conflicts()).extracting(Conflict::subject).containsExactly("port a");
    }

    /** Ports only, which fit whatever becomes of the others, beside a naive merge of maps. */
    @Test
    void shouldDoWithEachPortWhatANaiveMergeDoes() {
        long seed = Seed.of(ThreeWayMergeTest.class);
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 300; round++) {
            Map<String, Integer> given = randomPorts(random);
            Map<String, Integer> file = random.nextInt(3) == 0 ? given : randomPorts(random);
            Map<String, Integer> newest = random.nextInt(3) == 0 ? given : randomPorts(random);
            Map<String, Integer> expected = new TreeMap<>();
            List<String> conflicts = new ArrayList<>();
            for (int i = 0; i < PORTS; i++) {
                String name = "p" + i;
                int before = given.getOrDefault(name, 0);
                int wanted = file.getOrDefault(name, 0);
                int now = newest.getOrDefault(name, 0);
                boolean byFile = before != wanted;
                boolean byCommand = before != now;
                int result = byFile && !byCommand ? wanted : now;
                if (result != 0) {
                    expected.put(name, result);
                }
                if (byFile && byCommand && wanted != now) {
                    conflicts.add("port " + name);
                }
            }
            ThreeWayMerge.Merged merged = merge(text(given), text(file), text(newest));
            Map<String, Integer> found = new TreeMap<>();
            for (PortConfig port : merged.config().ports().values()) {
                found.put(port.name(), Integer.valueOf(FabricKeys.of(port).getOrDefault("access", "0")));
            }
            assertThat(found).as("seed " + seed + ", round " + round).isEqualTo(expected);
            assertThat(merged.conflicts()).as("seed " + seed + ", round " + round).extracting(Conflict::subject)
                    .containsExactlyInAnyOrderElementsOf(conflicts);
        }
    }

    private static Map<String, Integer> randomPorts(SplittableRandom random) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (int i = 0; i < PORTS; i++) {
            if (random.nextInt(4) > 0) {
                ports.put("p" + i, 10 + random.nextInt(3));
            }
        }
        return ports;
    }

    private static String text(Map<String, Integer> ports) {
        return ports(ports.entrySet().stream().map(port -> port(port.getKey(), "access: " + port.getValue()))
                .toArray(String[]::new));
    }
}
