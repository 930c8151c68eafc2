package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import net.weft.examples.attack.Attack;
import net.weft.examples.attack.Innocents;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Limit;
import net.weft.examples.lab.WeftProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every attack of {@link Attack} against {@code weft up}, beside two pairs of machines: they lose nothing and wait little longer than without
 * attack, the command answers, and afterwards the process holds what it held before. {@code -Dweft.attack.rounds} makes it the long proof.
 */
@Tag("system")
@Tag("alone")
class AttackRigTest {
    private static final int ROUNDS = Integer.getInteger("weft.attack.rounds", 1);
    private static final int INNOCENT = 4;
    private static final double MORE_MILLIS = 50;
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final long HOLD_OFF_MILLIS = 3200;

    @AutoClose
    private final Lab lab = Lab.open("attack");

    /** What a process holds of those who came and went. */
    private record Held(long descriptors, long mappings, long threads) {
        static Held of(ProcessHandle process) throws IOException {
            Path proc = Path.of("/proc", Long.toString(process.pid()));
            long mappings = Files.readAllLines(proc.resolve("maps")).stream()
                    .filter(line -> line.contains("weft-attack") || line.contains("front-end")).count();
            long threads = 0;
            try (Stream<Path> tasks = Files.list(proc.resolve("task"))) {
                for (Path task : tasks.toList()) {
                    threads += Files.readString(task.resolve("comm")).startsWith("weft-vhost") ? 1 : 0;
                }
            }
            long descriptors = 0;
            try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
                for (Path file : files.toList()) {
                    String target = file.toRealPath().toString();
                    descriptors += target.contains("eventfd") || target.contains("memfd") ? 1 : 0;
                }
            } catch (NoSuchFileException e) {
                // closed meanwhile
            }
            return new Held(descriptors, mappings, threads);
        }
    }

    private Path socket(String name) {
        return lab.path(name + ".sock");
    }

    private String port(String name) {
        return name + ": {type: vhost-user, socket: " + socket(name) + ", mode: server, access: 10}";
    }

    @Test
    void shouldBeTheAttackersAloneToSuffer() throws Exception {
        List<String> ports = new ArrayList<>();
        List<Path> innocentSockets = new ArrayList<>();
        for (int n = 0; n < INNOCENT; n++) {
            ports.add(port("innocent" + n));
            innocentSockets.add(socket("innocent" + n));
        }
        Stream.of(Attack.values()).map(attack -> port(attack.label())).forEach(ports::add);
        WeftProcess weft = WeftProcess.up(lab, lab.namespace("switch"), Fabric.of(ports.toArray(String[]::new)));
        try (Innocents innocents = new Innocents(innocentSockets)) {
            for (int n = 0; n < INNOCENT; n++) {
                weft.awaitPort("innocent" + n, "up", "");
            }
            innocents.start();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
            innocents.takeWorstNs();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(Math.max(5, ROUNDS)));
            double control = innocents.takeWorstNs() / 1e6;
            say("without attack: worst delay %.1f ms", control);
            Held before = Held.of(weft.handle());
            Map<Attack, Double> worst = new EnumMap<>(Attack.class);
            for (int round = 0; round < ROUNDS; round++) {
                for (Attack attack : Attack.values()) {
                    attack.against(socket(attack.label()));
                    worst.merge(attack, innocents.takeWorstNs() / 1e6, Math::max);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ROUNDS > 1 ? HOLD_OFF_MILLIS : 0));
            }
            worst.forEach((attack, millis) -> say("%s, %d times: worst delay %.1f ms", attack.label(), ROUNDS, millis));
            Awaitility.await("as before").atMost(SOON).untilAsserted(
                    () -> assertThat(Held.of(weft.handle())).isEqualTo(before));
            say("held before and after: %s", before);
            assertThat(weft.weft("show", "ports").ok()).isTrue();
            Innocents.Account account = innocents.end();
            say("frames of the innocent: %d, lost %d", account.sent(), account.lost());
            assertThat(account.lost()).isZero();
            double most = worst.values().stream().max(Comparator.naturalOrder()).orElseThrow();
            Limit.hold("worst delay under attack, above the %.1f ms without,".formatted(control), most - control,
                    MORE_MILLIS, "ms");
        }
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, "proof: " + format + "%n", values);
    }
}
