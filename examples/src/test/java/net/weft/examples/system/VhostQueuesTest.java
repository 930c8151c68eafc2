package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.Outcome;
import net.weft.examples.lab.QemuGuest;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Virtual machines with two queue pairs, of which one has two processors and the other one: Linux sets both pairs up and uses
 * as many as it has processors.
 */
@Tag("system")
@Tag("alone")
class VhostQueuesTest {
    private static final Path ETHTOOL = Path.of("/usr/sbin/ethtool");
    private static final Duration TRANSFER_LIMIT = Duration.ofSeconds(60);

    @AutoClose
    private final Lab lab = Lab.open("queues");
    private final Namespace fabric = lab.namespace("switch");
    private final Namespace guests = lab.namespace("guests");

    private String port(String name, String mode) {
        return name + ": {type: vhost-user, socket: " + lab.path(name + ".sock") + ", access: 10, queues: 2, mode: "
                + mode + "}";
    }

    private QemuGuest boot(WeftProcess weft, String port, String address, int processors, List<String> ethtool) {
        List<String> words = new ArrayList<>(List.of("-smp", Integer.toString(processors)));
        words.addAll(ethtool);
        weft.weft("guest", "qemu", port, "--memory", "96M", "--tcg", "--lines").orThrow().out().lines()
                .forEach(words::add);
        return QemuGuest.boot(lab, guests, port, "weft.ip=" + address + "/24", words);
    }

    /** How many pairs the guest uses. */
    private static String pairs(QemuGuest guest) {
        return guest.run("ethtool -l eth0 | sed -n 's/^Combined:[[:space:]]*//p' | tail -n 1").out().strip();
    }

    private static void sendChecked(QemuGuest from, String address) {
        from.run("dd if=/dev/urandom of=/tmp/payload bs=4000 count=1000 2>/dev/null").orThrow();
        String digest = from.run("sha256sum < /tmp/payload").orThrow().out().split(" ", 2)[0];
        assertThat(from.run("nc " + address + " 5001 < /tmp/payload").out()).startsWith(digest);
    }

    @Test
    void shouldFollowTheGuestToMoreAndFewerQueues() throws Exception {
        WeftProcess weft = WeftProcess.up(lab, fabric, Fabric.of(port("a", "client"), port("b", "server")));
        List<String> ethtool = QemuGuest.withProgram(lab, ETHTOOL);
        QemuGuest a = boot(weft, "a", "10.10.0.1", 2, ethtool);
        QemuGuest.awaitBoot(a); // alone: its two processors are as many as there are
        QemuGuest b = boot(weft, "b", "10.10.0.2", 1, ethtool);
        QemuGuest.awaitBoot(b);
        assertThat(pairs(a)).isEqualTo("2");
        assertThat(pairs(b)).as("set up, but not used").isEqualTo("1");

        assertThat(a.run("ping -c 3 -W 2 10.10.0.2").ok()).isTrue();
        sendChecked(a, "10.10.0.2");
        sendChecked(b, "10.10.0.1");

        a.run("dd if=/dev/urandom of=/tmp/payload bs=4000 count=4000 2>/dev/null").orThrow();
        String digest = a.run("sha256sum < /tmp/payload").orThrow().out().split(" ", 2)[0];
        for (String wanted : List.of("1", "2")) {
            CompletableFuture<Outcome> transfer = a.send("nc 10.10.0.2 5001 < /tmp/payload");
            CompletableFuture<Outcome> back = b.send("nc 10.10.0.1 5002 | sha256sum");
            a.run("sleep 0.2; ethtool -L eth0 combined " + wanted).orThrow();
            assertThat(pairs(a)).isEqualTo(wanted);
            assertThat(a.run("ping -c 3 -W 2 10.10.0.2").ok()).isTrue();
            assertThat(transfer.get(TRANSFER_LIMIT.toSeconds(), TimeUnit.SECONDS).out()).startsWith(digest);
            assertThat(back.get(TRANSFER_LIMIT.toSeconds(), TimeUnit.SECONDS).out()).startsWith(digest);
        }
        assertThat(weft.port("a").path("state").asString()).isEqualTo("up");
    }
}
