package net.weft.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.weft.vswitch.forward.Forwarder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code weft} script says why it cannot run, in a tree of its own, with nothing built and nothing in the environment. */
class LauncherTest {
    private static final String JDK = System.getProperty("java.home");

    @TempDir
    Path tree = Path.of("");

    private record Result(int status, String err) {
    }

    @BeforeEach
    void copy() throws IOException {
        Files.copy(Path.of("..", "weft"), tree.resolve("weft"));
    }

    private Result weft(Map<String, String> environment) throws IOException, InterruptedException {
        return weft(environment, "version");
    }

    private Result weft(Map<String, String> environment, String command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("/bin/bash", tree.resolve("weft").toString(), command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), err);
    }

    /** Tests and benchmarks are compiled as the product is, and its options name methods that are there. */
    @Test
    void shouldCompileThePacketPathAlikeEverywhere() throws IOException {
        List<String> product = compileCommands(Path.of("..", "weft"));
        assertThat(product).contains("dontinline,net.weft.vswitch.forward.*::*Burst");
        assertThat(compileCommands(Path.of("..", "pom.xml"))).isEqualTo(product);
        assertThat(Stream.of(Forwarder.class.getDeclaredMethods()).map(Method::getName))
                .contains("forwardBurst", "dispatchBurst", "evaluateBurst");
    }

    private static List<String> compileCommands(Path file) throws IOException {
        return Pattern.compile("-XX:CompileCommand=([^' <]+)").matcher(Files.readString(file)).results()
                .map(found -> found.group(1)).toList();
    }

    /** As the Debian package has it: a runtime beside the script counts before any JDK, and there is nothing to build or to test. */
    @Test
    void shouldUseTheRuntimeBesideIt() throws IOException, InterruptedException {
        Path java = Files.createDirectories(tree.resolve("java/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho \"$@\" >&2\nexit 7\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.createDirectories(tree.resolve("runtime/1.2"));
        Files.createFile(tree.resolve("runtime/1.2/weft.jar"));
        Files.writeString(tree.resolve("runtime/current"), "1.2\n");
        Map<String, String> environment = Map.of("JAVA_HOME", JDK, "WEFT_RESIDENT", "0", "PATH", "/usr/bin:/bin");
        Result result = weft(environment);
        assertThat(result.status()).isEqualTo(7);
        assertThat(result.err()).contains("-cp " + tree.toRealPath().resolve("runtime/1.2/weft.jar") + " ",
                "net.weft.controller.node.Weft version");
        assertThat(weft(environment, "test"))
                .isEqualTo(new Result(1, "weft: the tests are in the source tree, not in the package\n"));
    }

    @Test
    void shouldBuildNothingWhenToldSo() throws IOException, InterruptedException {
        assertThat(weft(Map.of("JAVA_HOME", JDK, "WEFT_NO_BUILD", "1")))
                .isEqualTo(new Result(1, "weft: nothing is built; run it once without WEFT_NO_BUILD\n"));
    }

    @Test
    void shouldRefuseAJdkOfAnotherVersion() throws IOException, InterruptedException {
        Path other = Files.createDirectories(tree.resolve("jdk/bin")).getParent();
        Files.createSymbolicLink(other.resolve("bin/java"), Path.of(JDK, "bin", "java"));
        Files.writeString(other.resolve("release"), "JAVA_VERSION=\"24.0.1\"\n");
        assertThat(weft(Map.of("WEFT_JAVA_HOME", other.toString())))
                .isEqualTo(new Result(1, "weft: WEFT_JAVA_HOME=" + other + " is not a JDK 25\n"));
    }

    @Test
    void shouldSayWhoMayBuildWhereTheTreeCannotBeWritten() throws IOException, InterruptedException {
        Files.createFile(tree.resolve("target"));
        Result result = weft(Map.of("JAVA_HOME", JDK, "PATH", "/usr/bin:/bin"));
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err().lines()).hasSize(2).allMatch(line -> line.startsWith("weft: "));
        assertThat(result.err()).contains("cannot be written", "WEFT_NO_BUILD=1");
    }
}
