package net.weft.examples.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.weft.examples.lab.HostileFrontEnd;
import net.weft.examples.lab.Limit;
import net.weft.examples.lab.VhostFrontEnd;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each attack once against a switch in this process, over real sockets, beside two pairs of machines that lose nothing by it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AttackTest {
    private static final int INNOCENT = 4;
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final double WORST_MILLIS = 100;

    private Path directory = Path.of("");
    private final List<PortSpec> ports = new ArrayList<>();
    @SuppressWarnings("NullAway.Init")
    private VirtualSwitch running;
    @SuppressWarnings("NullAway.Init")
    private Innocents innocents;

    private Path socket(String name) {
        return directory.resolve(name + ".sock");
    }

    private void add(String name) {
        ports.add(PortSpec.of(name, ports.size(),
                new DeviceSpec.VhostUser(socket(name).toString(), true, 1, DeviceSpec.SocketAccess.DEFAULT),
                VlanMembership.access(10)));
    }

    @BeforeAll
    void start() throws IOException {
        directory = Files.createTempDirectory("weft-attacks");
        running = new VirtualSwitch(SwitchOptions.defaults(directory));
        IntStream.range(0, INNOCENT).forEach(n -> add("innocent" + n));
        Stream.of(Attack.values()).map(Attack::label).forEach(this::add);
        add("silence-and-speech");
        running.apply(ports);
        innocents = new Innocents(IntStream.range(0, INNOCENT).mapToObj(n -> socket("innocent" + n)).toList());
        Awaitility.await().atMost(SOON)
                .until(() -> running.ports().stream().limit(INNOCENT).allMatch(port -> port.failure() == null));
        innocents.start();
    }

    @AfterAll
    void end() throws Exception {
        Innocents.Account account = innocents.end();
        assertThat(account.sent()).isGreaterThan(1000);
        assertThat(account.lost()).as("%s", account).isZero();
        innocents.close();
        running.close();
    }

    private static long held(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> {
                try {
                    return Files.readSymbolicLink(file).toString().contains("weft-attack");
                } catch (IOException e) {
                    return false;
                }
            }).count();
        }
    }

    private static long mappings() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream().filter(line -> line.contains("weft-attack"))
                .count();
    }

    private static long threads() {
        Collection<Thread> all = Thread.getAllStackTraces().keySet();
        return all.stream().filter(thread -> thread.getName().startsWith("weft-vhost")).count();
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeTheAttackersAloneToSuffer(Attack attack) throws Exception {
        double before = innocents.takeWorstNs() / 1e6;
        attack.against(socket(attack.label()));
        Awaitility.await(attack.label() + " leaves nothing behind").atMost(SOON).until(
                () -> held(Path.of("/proc/self/fd")) == 0 && mappings() == 0 && threads() == INNOCENT);
        assertThat(running.ports().stream().limit(INNOCENT).map(PortStatus::failure)).containsOnlyNulls();
        double worst = innocents.takeWorstNs() / 1e6;
        Limit.hold("%s: worst delay, %.1f ms before,".formatted(attack.label(), before), worst, WORST_MILLIS, "ms");
    }

    @Test
    void shouldServeWhoeverConnectsBehindOneWhoSaysNothing() throws Exception {
        Path path = socket("silence-and-speech");
        try (var silent = new HostileFrontEnd(path);
                VhostFrontEnd speaking = new VhostFrontEnd(path)) {
            Awaitility.await().atMost(SOON)
                    .until(() -> running.ports().stream()
                            .anyMatch(
                                    port -> port.spec().name().equals("silence-and-speech") && port.failure() == null));
            assertThat(silent.socket().fd().isOpen()).isTrue();
            assertThat(speaking.sending().published()).isZero();
        }
    }
}
