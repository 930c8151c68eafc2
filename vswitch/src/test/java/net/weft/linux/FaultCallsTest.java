package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of access to a page that is gone, by each way in which HotSpot may run it, in a process of its own that must survive it. */
class FaultCallsTest {
    private static String classPath() {
        return Stream.of(FaultProbe.class, FaultCalls.class)
                .map(of -> Path.of(URI.create(of.getProtectionDomain().getCodeSource().getLocation().toString())))
                .map(Path::toString).distinct().collect(Collectors.joining(":"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-Xmixed"})
    void shouldDeliverAFaultOfEveryAccessWhereItIsAskedFor(String how) throws Exception {
        Process probe = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), how,
                "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=dontinline,*Calls::*", "-cp", classPath(),
                FaultProbe.class.getName()).redirectErrorStream(true).start();
        List<String> lines;
        try (Stream<String> output = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()) {
            lines = output.toList();
        }
        assertThat(lines).as("the process ended with status %d", probe.waitFor()).last().asString().startsWith("done");
        assertThat(lines.subList(0, lines.size() - 1)).hasSizeGreaterThan(60).allMatch(line -> line.endsWith(": 200"));
    }
}
