package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.WatchdogProcess;
import net.weft.examples.lab.WeftProcess;
import net.weft.linux.Interfaces;
import net.weft.testing.Spin;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A switch that dies or hangs takes the carrier of its cables with it, if a watchdog runs beside it. */
@Tag("system")
class CarrierLossTest {
    /** Longer than any scheduling of this machine, shorter than what LACP takes. */
    private static final long MOST_MS = 1_000;

    @AutoClose
    private final Lab lab = Lab.open("watchdog");
    private final Namespace fabric = lab.namespace("switch");
    private final Host left = lab.host("left", fabric, "10.10.0.1/24");
    private final Host right = lab.host("right", fabric, "10.10.0.2/24");
    @AutoClose
    private final Interfaces outside = left.namespace().call(Interfaces::new);
    @AutoClose
    private final Interfaces inside = fabric.call(Interfaces::new);

    @Test
    void shouldTakeTheCarrierAwayFromWhomIsDeadOrHangs() throws Exception {
        WeftProcess weft = WeftProcess.up(lab, fabric,
                Fabric.of(nic("left", "access: 10"), nic("right", "access: 10")));
        WatchdogProcess watchdog = weft.watchdog();
        assertThat(left.reaches(right.address(), 5)).isTrue();

        long killedNs = System.nanoTime();
        weft.kill();
        Spin.until("the carrier is lost", () -> !hasCarrier());
        System.out.printf("proof: killed: carrier lost %.0f ms after the signal%n", millisSince(killedNs));
        assertThat(millisSince(killedNs)).isLessThan(MOST_MS);
        weft.restart();
        weft.awaitAllUp();
        assertThat(hasCarrier()).isTrue();
        assertThat(left.reaches(right.address(), 5)).isTrue();
        weft.awaitWatched(2);

        pause(weft, 300);
        assertThat(hasCarrier()).as("after a pause of 300 ms").isTrue();

        long stoppedNs = System.nanoTime();
        signal(weft, "STOP");
        Spin.until("the carrier is lost", () -> !hasCarrier());
        System.out.printf("proof: stopped: carrier lost after %.0f ms%n", millisSince(stoppedNs));
        assertThat(millisSince(stoppedNs)).isBetween(390.0, 500.0 + MOST_MS);
        signal(weft, "CONT");
        Spin.until("the carrier is back", this::hasCarrier);
        assertThat(left.reaches(right.address(), 5)).as("after it goes on").isTrue();

        weft.close();
        assertThat(hasCarrier()).as("after a planned end").isTrue();
        assertThat(Objects.requireNonNull(inside.find("left")).up()).as("set up as it was found").isTrue();

        weft.restart();
        watchdog.close();
        weft.kill();
        long sinceNs = System.nanoTime();
        Spin.until("as long as it may take", () -> millisSince(sinceNs) > 500 || !hasCarrier());
        assertThat(hasCarrier()).as("the control: without watchdog the carrier stays").isTrue();
    }

    private boolean hasCarrier() {
        return Objects.requireNonNull(outside.find(Host.DEVICE)).carrier();
    }

    private static double millisSince(long ns) {
        return (System.nanoTime() - ns) / 1e6;
    }

    private void pause(WeftProcess weft, long millis) {
        long sinceNs = System.nanoTime();
        signal(weft, "STOP");
        Spin.until("the pause is over", () -> millisSince(sinceNs) >= millis);
        signal(weft, "CONT");
        Spin.until("it beats again", () -> millisSince(sinceNs) >= 2 * millis);
    }

    private void signal(WeftProcess weft, String name) {
        fabric.run("kill", "-" + name, Long.toString(weft.handle().pid())).orThrow();
    }
}
