package net.weft.vpn;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.weft.vpn.TestSpecs.Secrets;
import net.weft.vswitch.burst.DropReason;
import net.weft.wireguard.Identity;
import net.weft.wireguard.PeerState;
import net.weft.wireguard.WireGuard;
import net.weft.zone.Prefix;
import org.junit.jupiter.api.Test;

/** Peers that come, go and change their keys. */
class GatewayPeersTest {
    private static final PeerSpec ALICE = TestSpecs.peer("office/alice", 3, null, null);
    private static final PeerSpec ROTATING = TestSpecs.peer("office/alice", 3, TestSpecs.publicKey(4), null);

    private final WireGuard wireGuard = new WireGuard(new Identity(TestSpecs.key(1)), _ -> {
    }, PeerState.NONE, new SilentEvents());
    private final List<String> rotated = new ArrayList<>();
    private final PeerDrops lost = new PeerDrops();
    private final LocalFrames frames = new LocalFrames((_, _, _) -> null);
    private final GatewayPeers peers = new GatewayPeers(TestSpecs.gateway("office"), wireGuard, frames,
            (port, _) -> rotated.add(port), lost);

    private GatewayPeer configured(PeerSpec spec) {
        assertThat(peers.configure(TestSpecs.gateway("office", spec), TestSpecs.key(1), new Secrets())).isEmpty();
        return Objects.requireNonNull(peers.named(spec.port()));
    }

    @Test
    void shouldLetTheNextKeyTakeOver() {
        GatewayPeer old = configured(ROTATING);
        GatewayPeer next = Objects.requireNonNull(old.next);
        peers.promote(next);
        assertThat(peers.named("office/alice")).isSameAs(next);
        assertThat(rotated).containsExactly("office/alice");
        assertThat(next.network.peer(0, TestSpecs.ip(3).low())).isSameAs(next);
        assertThat(wireGuard.peer(TestSpecs.publicKey(3))).isNull();
    }

    @Test
    void shouldNotLetAWithdrawnNextKeyTakeOver() {
        GatewayPeer next = Objects.requireNonNull(configured(ROTATING).next);
        GatewayPeer peer = configured(ALICE);
        peers.promote(next);
        assertThat(peers.named("office/alice")).as("heard just before it was withdrawn").isSameAs(peer);
        assertThat(rotated).isEmpty();
        assertThat(peer.network.peer(0, TestSpecs.ip(3).low())).isSameAs(peer);
        assertThat(wireGuard.peer(TestSpecs.publicKey(4))).isNull();
    }

    private static PeerSpec rotating(Instant until) {
        return new PeerSpec(ALICE.port(), ALICE.publicKey(), TestSpecs.publicKey(4), until, null, ALICE.vlan(),
                ALICE.mac(), ALICE.ips(), List.of(), 0, null);
    }

    @Test
    void shouldEndTheOldKeyWhenItsTimeIsOverThoughTheNextWasNotHeard() {
        GatewayPeer old = configured(rotating(Instant.MAX));
        GatewayPeer next = Objects.requireNonNull(old.next);
        assertThat(old.spec().isKeyOver(Instant.now())).isFalse();
        peers.endKey(old);
        assertThat(peers.named("office/alice")).isSameAs(next);
        assertThat(wireGuard.peer(TestSpecs.publicKey(3))).isNull();
        assertThat(rotated).containsExactly("office/alice");
        peers.endKey(next);
        assertThat(peers.named("office/alice")).as("once is enough").isSameAs(next);
    }

    @Test
    void shouldServeTheNextKeyAloneAfterTheTimeOfTheOldOne() {
        GatewayPeer peer = configured(rotating(Instant.EPOCH));
        assertThat(peer.wireGuard.publicKey()).isEqualTo(TestSpecs.publicKey(4));
        assertThat(peer.next).isNull();
        assertThat(wireGuard.peer(TestSpecs.publicKey(3))).isNull();
        assertThat(rotated).as("so that the configuration follows").containsExactly("office/alice");
    }

    @Test
    void shouldCountThePacketsThatAPeerLeavesBehind() {
        GatewayPeer peer = configured(ALICE);
        peer.staging.add(new byte[100]);
        peer.network.neighbors.want(peer, 0, TestSpecs.ip(9).low(), new byte[40], 0);
        peers.withdraw(TestSpecs.gateway("office"));
        assertThat(lost.take(DropReason.NO_SESSION)).isEqualTo(2);
    }

    @Test
    void shouldKeepTheCountsOfAPeerThatIsGoneAndOfItsLatePackets() {
        GatewayPeer peer = configured(ALICE);
        peer.drops.add(DropReason.WRONG_SOURCE, 3);
        peers.withdraw(TestSpecs.gateway("office"));
        peer.drops.add(DropReason.PORT_DOWN);
        assertThat(lost.take(DropReason.WRONG_SOURCE)).isEqualTo(3);
        assertThat(lost.take(DropReason.PORT_DOWN)).isEqualTo(1);
    }

    @Test
    void shouldGoOnCountingAtThePortWhereTheNextKeyTakesOver() {
        GatewayPeer old = configured(ROTATING);
        GatewayPeer next = Objects.requireNonNull(old.next);
        peers.promote(next);
        next.drops.add(DropReason.WRONG_SOURCE);
        assertThat(next.drops.take(DropReason.WRONG_SOURCE)).isEqualTo(1);
        assertThat(lost.take(DropReason.WRONG_SOURCE)).isZero();
    }

    @Test
    void shouldKnowWhyAPortHasNoPeer() {
        PeerSpec expired = new PeerSpec("office/bob", TestSpecs.publicKey(5), null, null, TestSpecs.VLAN,
                ALICE.mac(), List.of(TestSpecs.ip(5)), List.of(), 0, Instant.EPOCH);
        PeerSpec keyless = TestSpecs.peer("office/carol", 6, null, "gone.psk");
        peers.serve(List.of("office", "office/alice", "office/bob", "office/carol"), new int[]{4, 5, 6, 7});
        assertThat(
                peers.configure(TestSpecs.gateway("office", ALICE, expired, keyless), TestSpecs.key(1), new Secrets()))
                .hasSize(1);
        assertThat(List.of(peers.ports().isOwn(4), peers.ports().isOwn(6))).containsExactly(true, false);
        assertThat(peers.ports().peer(5)).isNotNull();
        assertThat(peers.ports().peer(6)).isNull();
        assertThat(peers.ports().whyUnserved(6)).isEqualTo(DropReason.EXPIRED);
        assertThat(peers.ports().whyUnserved(7)).isEqualTo(DropReason.NO_SESSION);
        assertThat(peers.ports().whyUnserved(99)).isEqualTo(DropReason.PORT_DOWN);
    }

    @Test
    void shouldMoveAPrefixFromOnePeerToAnother() {
        PeerSpec bob = TestSpecs.peer("office/bob", 5, null, null);
        Prefix site = new Prefix(0, Prefix.ipv4(0x0a4d0000), 112, true);
        assertThat(
                peers.configure(TestSpecs.gateway("office", behind(ALICE, site), bob), TestSpecs.key(1), new Secrets()))
                .isEmpty();
        GatewayPeer alice = Objects.requireNonNull(peers.named("office/alice"));
        assertThat(alice.network.peer(0, site.low() + 1)).isSameAs(alice);
        assertThat(
                peers.configure(TestSpecs.gateway("office", ALICE, behind(bob, site)), TestSpecs.key(1), new Secrets()))
                .isEmpty();
        assertThat(alice.network.peer(0, site.low() + 1)).isSameAs(peers.named("office/bob"));
        assertThat(alice.network.peer(0, TestSpecs.ip(3).low())).isSameAs(alice);
        assertThat(peers.configure(TestSpecs.gateway("office", ALICE, bob), TestSpecs.key(1), new Secrets())).isEmpty();
        assertThat(alice.network.peer(0, site.low() + 1)).isNull();
    }

    private static PeerSpec behind(PeerSpec peer, Prefix prefix) {
        return new PeerSpec(peer.port(), peer.publicKey(), null, null, peer.vlan(), peer.mac(), peer.ips(),
                List.of(prefix), 0, null);
    }
}
