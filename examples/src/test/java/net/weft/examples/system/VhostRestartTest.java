package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.weft.examples.lab.Accounts;
import net.weft.examples.lab.EchoProbe;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.Footprint;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Limit;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.QemuGuest;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Guests and Weft are killed and started again while a host sends each guest a thousand echo requests a second. Time counts until the
 * first answer: after a guest's restart from its driver reporting carrier, after Weft's from its launch. Guest {@code near} listens
 * and Weft connects to it; {@code far} connects to Weft by QEMU's own timer of one second.
 * <p>
 * {@code -Dweft.restarts=50} is the long run, of which every restart must be in time; two restarts on a machine that others use
 * show that the best one is, within {@link Limit}.
 */
@Tag("system")
@Tag("alone")
class VhostRestartTest {
    private static final int RESTARTS = Integer.getInteger("weft.restarts", 2);
    private static final boolean EVERY_ONE = RESTARTS > 2;
    private static final Duration AFTER_DRIVER = Duration.ofSeconds(1);
    private static final Duration AFTER_WEFT = Duration.ofMillis(1500);
    private static final Duration AFTER_WEFT_AND_TIMER = Duration.ofMillis(2500);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Of the JVM's own: code caches, logging, tables that grow to their size. A leak of 50 rings or sessions is more. */
    private static final long HEAP_SLACK_BYTES = 1 << 20;
    private static final int MAPPING_SLACK = 8;

    @AutoClose
    private final Lab lab = Lab.open("again");
    private final Namespace fabric = lab.namespace("switch");
    private final Namespace guests = lab.namespace("guests");
    private WeftProcess weft;
    private QemuGuest near;
    private QemuGuest far;
    private EchoProbe toNear;
    private EchoProbe toFar;

    @BeforeEach
    void start() {
        Host host = lab.host("host", fabric, "10.10.0.9/24");
        weft = WeftProcess.up(lab, fabric, Fabric.of(nic("host", "access: 10"),
                "near: {type: vhost-user, mode: client, socket: " + lab.path("near.sock") + ", access: 10}",
                "far: {type: vhost-user, mode: server, socket: " + lab.path("far.sock") + ", access: 10}"));
        near = QemuGuest.onPort(lab, guests, weft, "near", "weft.ip=10.10.0.1/24");
        far = QemuGuest.onPort(lab, guests, weft, "far", "weft.ip=10.10.0.2/24");
        QemuGuest.awaitBoot(near, far);
        toNear = lab.closing(EchoProbe.start(host, "10.10.0.1", near.mac()));
        toFar = lab.closing(EchoProbe.start(host, "10.10.0.2", far.mac()));
    }

    @Test
    void shouldTakeUpAGuestThatRestartsAndKeepNothingOfTheOldOne() throws Exception {
        restart(near, toNear);
        restart(far, toFar);
        Footprint before = Footprint.of(weft.handle());
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < RESTARTS; i++) {
            times.add(i % 2 == 0 ? restart(near, toNear) : restart(far, toFar));
        }
        Footprint after = Footprint.of(weft.handle());
        report("guest restarts, from its driver's carrier to the first answer", times);
        System.out.printf("proof: Weft before and after them: %s, %s%n", before, after);
        assertInTime("of guests", times, AFTER_DRIVER);
        assertThat(after.descriptors()).as("descriptors").isEqualTo(before.descriptors());
        assertThat(after.guestMappings()).as("mappings of guest memory").isEqualTo(before.guestMappings()).isPositive();
        assertThat(after.mappings()).as("mappings").isLessThanOrEqualTo(before.mappings() + MAPPING_SLACK);
        assertThat(after.heapBytes()).as("live heap").isLessThan(before.heapBytes() + HEAP_SLACK_BYTES);
        assertAccounts();
    }

    @Test
    void shouldCarryTrafficAgainSoonAfterItsOwnRestart() throws Exception {
        toNear.awaitAnswer(PATIENCE);
        toFar.awaitAnswer(PATIENCE);
        List<Duration> connecting = new ArrayList<>();
        List<Duration> listening = new ArrayList<>();
        for (int i = 0; i < RESTARTS; i++) {
            if (i % 2 == 0) {
                weft.kill();
            } else {
                weft.close();
            }
            long startNs = toNear.mark();
            toFar.mark();
            weft.restart();
            connecting.add(Duration.ofNanos(toNear.awaitAnswer(PATIENCE) - startNs));
            listening.add(Duration.ofNanos(toFar.awaitAnswer(PATIENCE) - startNs));
        }
        report("Weft restarts, from its launch to the first answer of the guest it connects to", connecting);
        report("the same of the guest that connects to it, behind QEMU's timer of one second", listening);
        assertInTime("of Weft, the guest it connects to", connecting, AFTER_WEFT);
        assertInTime("of Weft, the guest that connects to it", listening, AFTER_WEFT_AND_TIMER);
        assertThat(near.run("ping -c 2 -W 2 10.10.0.2").ok()).as("and between the guests").isTrue();
        assertAccounts();
    }

    private void assertAccounts() throws InterruptedException {
        toNear.close();
        toFar.close();
        Accounts.assertBalance(weft);
    }

    private static Duration restart(QemuGuest guest, EchoProbe probe) {
        guest.relaunch();
        probe.mark();
        long upNs = guest.awaitDriverUp();
        long answeredNs = probe.awaitAnswer(PATIENCE);
        QemuGuest.awaitBoot(guest);
        return Duration.ofNanos(Math.max(0, answeredNs - upNs));
    }

    private static void assertInTime(String what, List<Duration> times, Duration limit) {
        Limit.hold((EVERY_ONE ? "slowest restart " : "fastest restart ") + what,
                EVERY_ONE ? Collections.max(times) : Collections.min(times), limit);
    }

    private static void report(String what, List<Duration> times) {
        List<Duration> sorted = times.stream().sorted().toList();
        System.out.printf("proof: %d %s: median %d ms, 90 %% %d ms, 99 %% %d ms, slowest %d ms%n", sorted.size(), what,
                at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), at(sorted, 1));
    }

    private static long at(List<Duration> sorted, double share) {
        int index = Math.max(0, (int) Math.ceil(share * sorted.size()) - 1);
        return TimeUnit.NANOSECONDS.toMillis(sorted.get(index).toNanos());
    }
}
