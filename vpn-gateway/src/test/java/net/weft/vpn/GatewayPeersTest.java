package net.weft.vpn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.weft.vpn.TestSpecs.Secrets;
import net.weft.vswitch.burst.DropReason;
import net.weft.wireguard.Identity;
import net.weft.wireguard.PeerState;
import net.weft.wireguard.WireGuard;
import org.junit.jupiter.api.Test;

/** Peers that come, go and change their keys. */
class GatewayPeersTest {
    private static final PeerSpec ALICE = TestSpecs.peer("office/alice", 3, null, null);
    private static final PeerSpec ROTATING = TestSpecs.peer("office/alice", 3, TestSpecs.publicKey(4), null);

    private final WireGuard wireGuard = new WireGuard(new Identity(TestSpecs.key(1)), _ -> {
    }, PeerState.NONE, new SilentEvents());
    private final List<String> rotated = new ArrayList<>();
    private final PeerDrops lost = new PeerDrops();
    private final LocalFrames frames = new LocalFrames((_, _, _) -> true);
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

    @Test
    void shouldCountThePacketsThatAPeerLeavesBehind() {
        GatewayPeer peer = configured(ALICE);
        peer.staging.add(new byte[100]);
        peer.network.neighbors.want(peer, 0, TestSpecs.ip(9).low(), new byte[40], 0);
        peers.withdraw(TestSpecs.gateway("office"));
        assertThat(lost.take(DropReason.NO_SESSION)).isEqualTo(2);
    }
}
