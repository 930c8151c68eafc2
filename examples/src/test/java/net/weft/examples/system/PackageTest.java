package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.Outcome;
import net.weft.examples.lab.Project;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the Debian package lays out, without its runtime and caches: every command has its page, every word of a unit is one of the
 * command's, and nothing is anywhere that dpkg would not expect. `examples/proofs/package` installs and boots the whole one.
 */
@Tag("system")
class PackageTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Path SOURCE = Project.root().resolve("controller/package");
    private static final String WEFT = Project.root().resolve("weft").toString();
    private static final Set<String> CONFFILES = Set.of("/etc/weft/fabric.yaml", "/etc/default/weft",
            "/etc/default/weft-switch");
    /** Below each of these the package has files, and nowhere else. */
    private static final List<String> PLACES = List.of("/DEBIAN/", "/etc/weft/", "/etc/default/",
            "/usr/lib/systemd/system/",
            "/usr/bin/weft", "/usr/lib/weft/", "/usr/share/weft/proto/", "/usr/share/doc/weft/", "/usr/share/man/man1/",
            "/usr/share/bash-completion/completions/weft");

    @SuppressWarnings("NullAway.Init")
    private static Lab lab;
    @SuppressWarnings("NullAway.Init")
    private static Namespace host;
    @SuppressWarnings("NullAway.Init")
    private static Path tree;

    @BeforeAll
    static void stage() {
        lab = Lab.open("package");
        host = lab.namespace("host");
        tree = lab.path("tree");
        run(SOURCE.resolve("build").toString(), "--stage", tree.toString()).orThrow();
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    /** Runs a program; clients of the command that it starts end soon after it. */
    private static Outcome run(String... command) {
        return host.run(LIMIT, Map.of("WEFT_RESIDENT_DIR", lab.path("client").toString(), "WEFT_RESIDENT_IDLE", "3",
                "WEFT_NO_BUILD", "1"), List.of(command));
    }

    private static Set<String> files(Path top) {
        try (Stream<Path> all = Files.walk(top)) {
            return all.filter(file -> !Files.isDirectory(file)).map(file -> "/" + top.relativize(file))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> names(Path directory, String pattern) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(file -> file.getFileName().toString()).filter(name -> name.matches(pattern)).sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path at(String path) {
        return tree.resolve(path.substring(1));
    }

    @Test
    void shouldHaveAPageForEachCommandAndNoOther() throws IOException {
        List<String> commands = run(WEFT, "complete", "--commands").orThrow().out().lines()
                .map(line -> line.split("\t")[0]).toList();
        assertThat(commands).contains("up", "switch", "apply", "port add", "show ports").doesNotContain("train",
                "complete");
        Set<String> wanted = Stream.concat(Stream.of("weft.1.gz"),
                commands.stream().map(command -> "weft-" + command.replace(' ', '-') + ".1.gz"))
                .collect(Collectors.toSet());
        assertThat(names(at("/usr/share/man/man1"), ".*")).containsExactlyInAnyOrderElementsOf(wanted);
        assertThat(page("weft-apply")).contains("--confirm", "SYNOPSIS", "EXAMPLES").doesNotContain(tree.toString());
        assertThat(page("weft")).contains("userspace virtual switch").doesNotContain("/tmp/");
    }

    private static String page(String name) throws IOException {
        try (InputStream text = new GZIPInputStream(
                Files.newInputStream(at("/usr/share/man/man1/" + name + ".1.gz")))) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8).replace("\\-", "-");
        }
    }

    @Test
    void shouldLayOutWhatItsOwnPlacesHold() throws IOException {
        Set<String> files = files(tree);
        assertThat(files).allMatch(file -> PLACES.stream().anyMatch(file::startsWith));
        assertThat(files.stream().filter(file -> file.startsWith("/etc/")))
                .containsExactlyInAnyOrderElementsOf(CONFFILES);
        assertThat(Files.readAllLines(at("/DEBIAN/conffiles"))).containsExactlyInAnyOrderElementsOf(CONFFILES);
        assertThat(at("/usr/bin/weft").toRealPath()).isEqualTo(at("/usr/lib/weft/weft").toRealPath());
        assertThat(files(at("/usr/share/doc/weft/docs"))).isEqualTo(files(Project.root().resolve("docs")))
                .contains("/operations.md", "/prometheus/weft.rules.yml");
        assertThat(names(at("/usr/share/weft/proto/weft/v1"), ".*")).isNotEmpty().containsExactlyElementsOf(
                names(Project.root().resolve("controller/api/src/main/protobuf/weft/v1"), ".*\\.proto"));
        assertThat(run("bash", "-n", at("/usr/share/bash-completion/completions/weft").toString()).ok()).isTrue();
        String version = Files.readString(at("/usr/lib/weft/runtime/current")).strip();
        assertThat(names(at("/usr/lib/weft/runtime/" + version), "weft-.*\\.jar")).hasSizeGreaterThan(8);
        assertThat(Files.readString(at("/DEBIAN/control"))).contains("Version: " + version)
                .doesNotContainPattern("@[A-Z]+@");
        for (String program : List.of("/usr/lib/weft/weft", "/DEBIAN/postinst", "/DEBIAN/prerm", "/DEBIAN/postrm",
                "/usr/lib/weft/examples/quickstart/run")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(at(program)))).as(program)
                    .isEqualTo("rwxr-xr-x");
        }
    }

    @Test
    void shouldStartOnlyWhatTheCommandKnows() throws IOException {
        List<String> units = names(at("/usr/lib/systemd/system"), ".*");
        assertThat(units).containsExactly("weft-switch.service", "weft.service");
        for (String unit : units) {
            List<String> lines = Files.readAllLines(at("/usr/lib/systemd/system/" + unit));
            assertThat(lines).as(unit).contains("Type=notify", "Group=weft")
                    .noneMatch(line -> line.startsWith("MemoryMax"));
            for (String line : lines.stream().filter(text -> text.matches("Exec\\w+=.*")).toList()) {
                List<String> words = Arrays.stream(line.substring(line.indexOf('=') + 1).split(" ")).toList();
                assertThat(words.getFirst()).isEqualTo("/usr/bin/weft");
                String help = run(WEFT, words.get(1), "--help").orThrow().out();
                words.stream().filter(word -> word.startsWith("-")).forEach(option -> assertThat(help).as(line)
                        .containsPattern("(?m)(^|[\\s\\[,])" + Pattern.quote(option) + "\\b"));
            }
            Outcome verified = run("systemd-analyze", "verify", "--man=no",
                    at("/usr/lib/systemd/system/" + unit).toString());
            assertThat(verified.err().lines().filter(line -> !line.contains("Command /usr/bin/weft is not executable")))
                    .as(unit).isEmpty();
        }
    }

    @Test
    void shouldReadItsOwnFabricFile() {
        assertThat(run(WEFT, "doctor", "-f", at("/etc/weft/fabric.yaml").toString()).out()).doesNotContain("fail");
    }

    @Test
    void shouldBePackedByDpkg() {
        Path archive = lab.path("weft.deb");
        run("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree.toString(), archive.toString()).orThrow();
        assertThat(run("dpkg-deb", "--contents", archive.toString()).orThrow().out())
                .contains("root/root", "./usr/bin/weft -> ../lib/weft/weft");
        assertThat(run("dpkg-deb", "--field", archive.toString(), "Depends").orThrow().out()).doesNotContain("java",
                "jdk");
        for (String script : List.of("postinst", "prerm", "postrm")) {
            assertThat(run("sh", "-n", at("/DEBIAN/" + script).toString()).ok()).as(script).isTrue();
        }
    }
}
