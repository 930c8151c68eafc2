package net.weft.vpn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.weft.vpn.TestSpecs.Secrets;
import net.weft.wireguard.PeerState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a key that cannot be read stops, and what it must not stop. */
class VpnGatewaysTest {
    private final Secrets secrets = new Secrets();
    private final VpnGateways gateways = new VpnGateways(secrets, PeerState.NONE);

    @BeforeEach
    void keys() {
        secrets.keys.put("a.key", TestSpecs.key(1));
        secrets.keys.put("b.key", TestSpecs.key(2));
        secrets.keys.put("alice.psk", TestSpecs.key(9));
    }

    @AfterEach
    void close() {
        gateways.close();
    }

    private static PeerSpec alice(String presharedKey) {
        return TestSpecs.peer("a/alice", 3, null, presharedKey);
    }

    private static final PeerSpec BOB = TestSpecs.peer("b/bob", 4, null, null);
    private static final PeerSpec CAROL = TestSpecs.peer("b/carol", 5, null, null);
    private static final PeerSpec DAVE = TestSpecs.peer("a/dave", 6, null, null);

    private List<String> states(String gateway) {
        return gateways.status(gateway).stream().map(peer -> peer.spec().port() + " " + peer.state()).toList();
    }

    @Test
    void shouldRevokeAndServeAllElseWhereAPresharedKeyCannotBeRead() {
        gateways.apply(List.of(TestSpecs.gateway("a", alice("alice.psk")), TestSpecs.gateway("b", BOB, CAROL)));
        List<GatewaySpec> wished = List.of(TestSpecs.gateway("a", alice("gone.psk"), DAVE),
                TestSpecs.gateway("b", CAROL));
        assertThatThrownBy(() -> gateways.apply(wished)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gone.psk");
        assertThat(states("a")).containsExactly("a/alice no-key", "a/dave never");
        assertThat(states("b")).as("bob is revoked").containsExactly("b/carol never");
        secrets.keys.put("gone.psk", TestSpecs.key(8));
        gateways.apply(wished);
        assertThat(states("a")).containsExactly("a/alice never", "a/dave never");
    }

    @Test
    void shouldRevokeWhereTheGatewaysOwnKeyCannotBeRead() {
        gateways.apply(List.of(TestSpecs.gateway("b", BOB, CAROL)));
        secrets.keys.remove("b.key");
        assertThatThrownBy(() -> gateways.apply(List.of(TestSpecs.gateway("b", CAROL), TestSpecs.gateway("a", DAVE))))
                .hasMessageContaining("b.key");
        assertThat(states("b")).containsExactly("b/carol never");
        assertThat(states("a")).as("a later gateway").containsExactly("a/dave never");
    }

    @Test
    void shouldGoOnServingAPeerWhoseKeyFileHasGone() {
        List<GatewaySpec> wished = List.of(TestSpecs.gateway("a", alice("alice.psk")));
        gateways.apply(wished);
        secrets.keys.remove("alice.psk");
        assertThatThrownBy(() -> gateways.apply(wished)).hasMessageContaining("alice.psk");
        assertThat(states("a")).containsExactly("a/alice never");
    }

    @Test
    void shouldServeNobodyWhileControllersAreSilentForTooLong() {
        AtomicLong heard = new AtomicLong(System.nanoTime());
        gateways.onControllers(heard::get);
        GatewaySpec b = TestSpecs.gateway("b", BOB);
        gateways.apply(List.of(TestSpecs.gateway("a", DAVE),
                new GatewaySpec(b.name(), b.privateKey(), b.listen(), b.mtu(), 10, null, b.networks(), b.peers())));
        gateways.judgeControllers(System.nanoTime());
        assertThat(states("b")).containsExactly("b/bob never");
        heard.addAndGet(-11_000_000_000L);
        gateways.judgeControllers(System.nanoTime());
        assertThat(states("b")).isEmpty();
        assertThat(states("a")).as("control: without max-offline").containsExactly("a/dave never");
        heard.set(System.nanoTime());
        gateways.judgeControllers(System.nanoTime());
        assertThat(states("b")).containsExactly("b/bob never");
    }
}
