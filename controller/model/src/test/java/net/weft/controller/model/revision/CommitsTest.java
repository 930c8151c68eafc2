package net.weft.controller.model.revision;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.edit.FabricEdit;
import net.weft.packet.MacAddress;
import org.junit.jupiter.api.Test;

class CommitsTest {
    private static final Author ROOT = new Author(Instant.EPOCH, "root", "");
    private static final String TWO_PORTS = """
            fabric: lab
            ports:
              a: {type: tap, device: t1, access: 10}
              b: {type: tap, device: t2, access: 10}
            """;

    private final SplittableRandom random = new SplittableRandom(1);

    private static FabricConfig fabric(String text) {
        return FabricYaml.parse(text).orElseThrow();
    }

    private Revision file(Optional<Revision> last, String text) {
        return Commits.file(last, fabric(text), text, ROOT, random);
    }

    private Revision set(Revision last, String port, String key, String value) {
        return Commits.command(Optional.of(last),
                FabricEdit.withPort(last.config(), port, Map.of(key, value)).orElseThrow(), ROOT, random);
    }

    private List<String> foreign(Revision last, String text) {
        return Prune.foreign(last, Commits.completed(Optional.of(last), fabric(text), random)).stream()
                .map(Prune.Foreign::describe).toList();
    }

    @Test
    void shouldMakeTheSystemMacOnceAndKeepIt() {
        Revision first = file(Optional.empty(), TWO_PORTS);
        MacAddress mac = first.config().systemMac().orElseThrow();
        assertThat(mac.isLocallyAdministered()).isTrue();
        assertThat(mac.isMulticast()).isFalse();
        assertThat(file(Optional.of(first), TWO_PORTS).config().systemMac()).contains(mac);
        Revision named = file(Optional.of(first), "system-mac: \"02:57:45:46:54:01\"\n" + TWO_PORTS);
        assertThat(named.config().systemMac()).contains(MacAddress.parse("02:57:45:46:54:01"));
        assertThat(file(Optional.of(named), TWO_PORTS).config().systemMac())
                .isEqualTo(named.config().systemMac());
    }

    @Test
    void shouldOnlyMakeUnicastLocalAddresses() {
        for (int i = 0; i < 1_000; i++) {
            long mac = Commits.completed(Optional.empty(), FabricConfig.empty(), random).systemMac().orElseThrow()
                    .value();
            assertThat(mac >>> 40 & 3).isEqualTo(2);
        }
    }

    @Test
    void shouldNotLetAFileUndoWhatACommandDid() {
        Revision first = file(Optional.empty(), TWO_PORTS);
        Revision changed = set(first, "a", "access", "20");
        assertThat(foreign(changed, TWO_PORTS))
                .containsExactly("~ port a: access 20 → 10, made by command in revision 2 (root)");
        Revision added = Commits.command(Optional.of(changed), FabricEdit.addPort(changed.config(), "c",
                Map.of("type", "tap", "device", "t3", "access", "1")).orElseThrow(), ROOT, random);
        assertThat(foreign(added, FabricYaml.write(changed.config())))
                .containsExactly("- port c, made by command in revision 3 (root)");
    }

    @Test
    void shouldLetAFileChangeRemoveAndAddWhatFilesMade() {
        Revision first = file(Optional.empty(), TWO_PORTS);
        assertThat(foreign(first, """
                fabric: other
                ports:
                  a: {type: tap, device: t1, access: 30}
                  c: {type: tap, device: t3, access: 30}
                """)).isEmpty();
        Revision removed = Commits.command(Optional.of(first),
                FabricEdit.removePort(first.config(), "b").orElseThrow(), ROOT, random);
        assertThat(foreign(removed, TWO_PORTS)).as("adding again removes and changes nothing").isEmpty();
    }

    @Test
    void shouldHandObjectsOverToTheFileThatStatesThem() {
        Revision changed = set(file(Optional.empty(), TWO_PORTS), "a", "access", "20");
        String exported = FabricYaml.write(changed.config());
        assertThat(foreign(changed, exported)).isEmpty();
        Revision adopted = file(Optional.of(changed), exported);
        assertThat(adopted.origins().get("port a")).isEqualTo(new Origin(Origin.Kind.FILE, 3, "root"));
        assertThat(adopted.origins().get("port b")).as("the file had it before")
                .isEqualTo(new Origin(Origin.Kind.FILE, 1, "root"));
        assertThat(foreign(adopted, TWO_PORTS)).isEmpty();
    }

    @Test
    void shouldLetTheFirstFileNameAFabricThatCommandsFilled() {
        Revision started = Commits.command(Optional.empty(), FabricConfig.empty(), ROOT, random);
        assertThat(started.origins()).isEmpty();
        Revision filled = Commits.command(Optional.of(started), FabricEdit.addPort(started.config(), "a",
                Map.of("type", "tap", "device", "t1", "access", "10")).orElseThrow(), ROOT, random);
        assertThat(foreign(filled, TWO_PORTS)).isEmpty();
        assertThat(foreign(filled, "ports: {}")).containsExactly("- port a, made by command in revision 2 (root)");
    }

    @Test
    void shouldRollBackConfigurationAndOriginsButNotNumbers() {
        Revision first = file(Optional.empty(), TWO_PORTS);
        Revision second = file(Optional.of(first), "ports: {c: {type: tap, device: t3, access: 1}}");
        Revision back = Commits.rollback(second, first, ROOT);
        assertThat(back.number()).isEqualTo(3);
        assertThat(back.config()).isEqualTo(first.config());
        assertThat(back.origins()).isEqualTo(first.origins());
        assertThat(back.fileText()).isEqualTo(second.fileText());
        assertThat(back.portNumbers()).isEqualTo(second.portNumbers());
        assertThat(back.interfaceName("b")).contains("1/0/2");
        assertThat(back.interfaceName("c")).isEmpty();
    }

    @Test
    void shouldKeepTheFileLastGiven() {
        Revision first = file(Optional.empty(), TWO_PORTS);
        assertThat(set(first, "a", "mtu", "1400").fileText()).contains(TWO_PORTS);
    }
}
