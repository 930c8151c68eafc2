package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of access to a page that is gone, by each way in which HotSpot may run it, in a process of its own that must survive it. */
class FaultCallsTest {
    private static final String FULLY_OPTIMIZED = "-Xbatch -XX:-TieredCompilation";

    private static String classPath() {
        return Stream.of(FaultProbe.class, FaultCalls.class)
                .map(of -> Path.of(URI.create(of.getProtectionDomain().getCodeSource().getLocation().toString())))
                .map(Path::toString).distinct().collect(Collectors.joining(":"));
    }

    private static List<String> probe(String how, String... access) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null",
                "-XX:CompileCommand=quiet", "-XX:CompileCommand=dontinline,*Calls::*"));
        command.addAll(List.of(how.split(" ")));
        command.addAll(List.of("-cp", classPath(), FaultProbe.class.getName()));
        command.addAll(List.of(access));
        Process probe = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (Stream<String> output = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()) {
            List<String> lines = new ArrayList<>(output.toList());
            lines.add("status " + probe.waitFor());
            return lines;
        }
    }

    /** The last one has the optimizing compiler done with each access before its memory is gone, so that nothing depends on the moment. */
    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-Xmixed", FULLY_OPTIMIZED})
    void shouldDeliverAFaultOfEveryAccessWhereItIsAskedFor(String how) throws Exception {
        List<String> lines = probe(how);
        assertThat(lines).last().as("the end of %s", lines).isEqualTo("status 0");
        assertThat(lines.get(lines.size() - 2)).startsWith("done");
        assertThat(lines.subList(0, lines.size() - 2)).hasSizeGreaterThan(130).allMatch(line -> line.endsWith(": 200"));
    }

    /** The control, and the reason why {@link SignedWideningTest} forbids it. */
    @Test
    void shouldDieOfAnIntThatIsWidenedWithItsSign() throws Exception {
        assertThat(probe(FULLY_OPTIMIZED, "signed int to long")).anyMatch(line -> line.contains("fatal error"))
                .last().isNotEqualTo("status 0");
        assertThat(probe("-Xint", "signed int to long")).last().isEqualTo("status 0");
    }
}
