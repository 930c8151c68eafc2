package net.weft.controller.model.yaml.keep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.RandomFabric;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.Validation;
import net.weft.controller.model.yaml.edit.BatchEdit;
import net.weft.controller.model.yaml.edit.BatchEdit.Verb;
import net.weft.controller.model.yaml.edit.ObjectEdit;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

/** A file with comments in all places, and what edits of its configuration leave of it. */
class KeptFileTest {
    private static final String FILE = """
            # The switch of the office; ask Ann before you change it.

            fabric: office   # its name

            # What people use
            tenants:
              acme:
                # one VLAN each
                networks:
                  web:   # the guests
                    vlan: 10   # as on the cable
                    subnets: [10.10.0.0/24,   # v4
                              "2001:db8::/64"]

            ports:
              # Alice's machine
              web1:
                type: qemu   # until she has vhost
                transport: stream
                socket: /run/web1   # hers
                # she connects
                mode: server
                network: acme/web

              # Bob's
              db1: {type: qemu, transport: stream, socket: /run/db1, mode: client, trunk: {allowed: [20, 30-31]}, enabled: false}   # off

              # Printers, all disabled
              p1: {type: qemu, transport: stream, socket: /run/p1, mode: client, access: 40}

            policies:
              # first the web
              - {name: web, from: [inside], to: [any], match: [tcp/80], action: allow}   # plain
              # then the rest
              - name: rest   # all of it
                from: [any]
                to: [inside]   # ours
                action: drop
            zones: {inside: {intra: deny}}   # one is enough
            # the end
            """;

    private static FabricConfig parsed(String text) {
        return FabricYaml.parse(text).orElseThrow();
    }

    private static BatchEdit.Edit port(Verb verb, String name, Map<String, String> keys) {
        return new BatchEdit.Edit(verb, Optional.empty(), name, keys, false);
    }

    private static String after(String file, BatchEdit.Edit... edits) {
        Validation edited = BatchEdit.of(parsed(file), List.of(edits));
        assertThat(edited.faults()).isEmpty();
        FabricConfig config = edited.orElseThrow();
        String text = KeptFile.write(config, Optional.of(file));
        assertThat(parsed(text)).isEqualTo(config);
        return text;
    }

    @Test
    void shouldBeTheFileItselfWhereNothingHasChanged() {
        assertThat(KeptFile.write(parsed(FILE), Optional.of(FILE))).isEqualTo(FILE);
    }

    @Test
    void shouldChangeAValueInItsPlace() {
        assertThat(after(FILE, port(Verb.SET, "web1", Map.of("socket", "/run/alice", "mode", "client"))))
                .isEqualTo(FILE.replace("/run/web1   # hers", "/run/alice   # hers").replace("mode: server",
                        "mode: client"));
        assertThat(after(FILE, port(Verb.SET, "p1", Map.of("access", "41")))).isEqualTo(FILE.replace("access: 40",
                "access: 41"));
        assertThat(after(FILE, new BatchEdit.Edit(Verb.SET, Optional.of(ObjectEdit.Kind.NETWORK), "acme/web",
                Map.of("vlan", "11"), false))).isEqualTo(FILE.replace("vlan: 10   #", "vlan: 11   #"));
    }

    @Test
    void shouldAddAndRemoveKeysOfAnObject() {
        assertThat(after(FILE, port(Verb.SET, "web1", Map.of("access", "40")))).isEqualTo(FILE.replace(
                "    network: acme/web\n", "    access: 40\n"));
        assertThat(after(FILE, port(Verb.SET, "db1", Map.of("enabled", "true", "mtu", "1400")))).isEqualTo(FILE.replace(
                ", enabled: false}   # off", ", mtu: 1400}   # off"));
        assertThat(after(FILE, port(Verb.SET, "db1", Map.of("description", "x, {y}")))).contains(
                ", enabled: false, description: \"x, {y}\"}   # off");
    }

    @Test
    void shouldAddAnObjectAtTheEndOfItsKind() {
        assertThat(after(FILE, port(Verb.ADD, "vm1", Map.of("type", "vhost-user", "socket", "/run/vm1", "mode",
                "server", "network", "acme/web")))).startsWith(FILE.substring(0, FILE.indexOf("\npolicies:")))
                .endsWith(FILE.substring(FILE.indexOf("\npolicies:")))
                .containsPattern("access: 40}\n  vm1: \\{type: vhost-user, .*\\}\n\npolicies:");
    }

    @Test
    void shouldRemoveAnObjectWithTheCommentAboveIt() {
        assertThat(after(FILE, port(Verb.REMOVE, "db1", Map.of()))).isEqualTo(
                FILE.replaceFirst("  # Bob's\n  db1: .*\n", ""));
        assertThat(after(FILE, port(Verb.REMOVE, "web1", Map.of()))).isEqualTo(
                FILE.replaceFirst("(?s)  # Alice's machine\n  web1:.*?acme/web\n", ""));
        assertThat(after(FILE, port(Verb.REMOVE, "web1", Map.of()), port(Verb.REMOVE, "db1", Map.of()),
                port(Verb.REMOVE, "p1", Map.of()))).contains("ports:", "# one VLAN each", "# the end")
                .doesNotContain("Bob", "Printers");
    }

    @Test
    void shouldKeepTheOrderOfPolicies() {
        BatchEdit.Edit ssh = new BatchEdit.Edit(Verb.ADD, Optional.of(ObjectEdit.Kind.POLICY), "ssh",
                Map.of("from", "[inside]", "to", "[any]", "match", "[tcp/22]", "action", "allow", "after", "web"),
                false);
        String added = after(FILE, ssh);
        assertThat(added)
                .containsPattern("# plain\n  - \\{name: ssh, .*\\}\n  # then the rest\n  - name: rest   # all of it");
        BatchEdit.Edit without = new BatchEdit.Edit(Verb.REMOVE, Optional.of(ObjectEdit.Kind.POLICY), "web", Map.of(),
                false);
        assertThat(after(FILE, without)).isEqualTo(FILE.replaceFirst("  # first the web\n  - .*\n", ""));
        BatchEdit.Edit changed = new BatchEdit.Edit(Verb.SET, Optional.of(ObjectEdit.Kind.POLICY), "rest",
                Map.of("action", "reject"), false);
        assertThat(after(FILE, changed)).isEqualTo(FILE.replace("action: drop", "action: reject"));
    }

    @Test
    void shouldChangeListsBetweenTheirComments() {
        BatchEdit.Edit more = new BatchEdit.Edit(Verb.SET, Optional.of(ObjectEdit.Kind.NETWORK), "acme/web",
                Map.of("subnets", "[10.10.0.0/24, \"2001:db8::/64\", 10.20.0.0/24]"), false);
        assertThat(after(FILE, more)).isEqualTo(FILE.replace("::/64\"]", "::/64\", 10.20.0.0/24]"));
        BatchEdit.Edit less = new BatchEdit.Edit(Verb.SET, Optional.of(ObjectEdit.Kind.NETWORK), "acme/web",
                Map.of("subnets", "[10.10.0.0/24]"), false);
        assertThat(after(FILE, less)).contains("# v4").doesNotContain("2001:db8");
    }

    @Test
    void shouldAddAKindThatTheFileHasNotYet() {
        String file = "ports: {}   # none yet\n# the end";
        BatchEdit.Edit zone = new BatchEdit.Edit(Verb.ADD, Optional.of(ObjectEdit.Kind.ZONE), "inside",
                Map.of("intra", "deny"), false);
        assertThat(after(file, zone)).isEqualTo("ports: {}   # none yet\nzones:\n  inside: {intra: deny}\n# the end");
        BatchEdit.Edit vm = port(Verb.ADD, "vm", Map.of("type", "tap", "access", "10", "device", "vm0"));
        assertThat(after(file, vm)).containsPattern("ports: \\{vm: \\{.*\\}\\}   # none yet\n# the end");
    }

    @Test
    void shouldEditJson() {
        String file = "{\"ports\": {\"a\": {\"type\": \"tap\", \"device\": \"a0\", \"access\": 10}}}\n";
        assertThat(after(file, port(Verb.SET, "a", Map.of("access", "11")))).isEqualTo(file.replace("10", "11"));
    }

    @Test
    void shouldWriteTheCanonicalTextWithoutAFileThatCouldBeKept() {
        FabricConfig config = parsed(FILE);
        assertThat(KeptFile.write(config, Optional.empty())).isEqualTo(FabricYaml.write(config));
        assertThat(KeptFile.write(config, Optional.of("ports: [broken"))).isEqualTo(FabricYaml.write(config));
        assertThat(parsed(KeptFile.write(config, Optional.of("ports: {}")))).isEqualTo(config);
    }

    @Test
    void shouldKeepCommentsOfAnyFile() {
        Random random = Seed.random(KeptFileTest.class);
        int kept = 0;
        for (int i = 0; i < 300; i++) {
            FabricConfig before = new RandomFabric(random).next();
            String file = FabricYaml.write(before).lines()
                    .map(line -> line.matches(".*[|>][-+]?") ? line : line + "   # c")
                    .collect(Collectors.joining("\n", "# top\n", "\n# the end\n"));
            List<String> names = List.copyOf(before.ports().keySet());
            if (!(FabricYaml.parse(file) instanceof Validation.Valid valid) || !valid.config().equals(before)
                    || names.isEmpty()) {
                continue;
            }
            Validation edited = BatchEdit.of(before, List.of(random.nextBoolean()
                    ? port(Verb.REMOVE, names.get(random.nextInt(names.size())), Map.of())
                    : port(Verb.SET, names.get(random.nextInt(names.size())), Map.of("description", "by " + i))));
            if (edited instanceof Validation.Valid after) {
                String text = KeptFile.write(after.config(), Optional.of(file));
                assertThat(parsed(text)).isEqualTo(after.config());
                assertThat(text).as(file).startsWith("# top\n").endsWith("# the end\n");
                kept++;
            }
        }
        assertThat(kept).as("the control").isGreaterThan(50);
    }

    @Test
    void shouldReplaceAFabricByAnyOther() {
        Random random = Seed.random(KeptFileTest.class);
        for (int i = 0; i < 100; i++) {
            String file = FabricYaml.write(new RandomFabric(random).next());
            FabricConfig other = new RandomFabric(random).next();
            assertThat(parsed(KeptFile.write(other, Optional.of(file)))).isEqualTo(other);
        }
    }
}
