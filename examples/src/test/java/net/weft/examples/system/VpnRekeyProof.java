package net.weft.examples.system;

import static net.weft.examples.system.VpnLab.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.weft.examples.lab.Outcome;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pings both ways over three changes of the session's keys, which happen every 120 s; no reply may be lost. */
@Tag("system")
class VpnRekeyProof {
    private static final int SECONDS = Integer.getInteger("weft.vpn.seconds", 400);

    @AutoClose
    private final VpnLab vpn = new VpnLab();

    @Test
    void shouldLoseNothingWhileKeysChange() throws Exception {
        vpn.applyBoth();
        vpn.connect(vpn.alice, "10.10.0.200/32");
        vpn.connect(vpn.bob, "10.10.0.201/32");
        assertThat(vpn.alice.reaches(WEB, 5) && vpn.bob.reaches(WEB, 5)).isTrue();
        List<String> ping = List.of("ping", "-n", "-q", "-i", "0.05", "-w", Integer.toString(SECONDS), WEB);
        Outcome[] there = new Outcome[1];
        Thread beside = Thread.ofPlatform().start(
                () -> there[0] = vpn.alice.namespace().run(Duration.ofSeconds(SECONDS + 30L), Map.of(), ping));
        Outcome back = vpn.web.namespace().run(Duration.ofSeconds(SECONDS + 30L), Map.of(),
                List.of("ping", "-n", "-q", "-i", "0.05", "-w", Integer.toString(SECONDS), "10.10.0.201"));
        beside.join();
        for (Outcome outcome : List.of(there[0], back)) {
            String summary = outcome.out().lines().filter(line -> line.contains("packet loss")).findFirst()
                    .orElseThrow();
            System.out.println("proof: " + summary);
            // ping stops in the middle of an interval, so that the last request may have no time for its reply
            long[] counts = summary.lines().flatMap(line -> List.of(line.split("[^0-9]+")).stream())
                    .filter(text -> !text.isEmpty()).mapToLong(Long::parseLong).toArray();
            assertThat(counts[0] - counts[1]).as("requests without reply").isLessThanOrEqualTo(1);
        }
        String handshake = vpn.row(vpn.alice.publicKey()).path("last-handshake").asString();
        System.out.println("proof: alice's last handshake at " + handshake);
    }
}
