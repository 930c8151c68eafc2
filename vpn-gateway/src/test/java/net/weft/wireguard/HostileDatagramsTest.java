package net.weft.wireguard;

import static net.weft.wireguard.TestPair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.weft.testing.Seed;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What anyone may send: no exception, no answer, no change, and a counted reason. */
class HostileDatagramsTest {
    private static final long SEED = Seed.of(HostileDatagramsTest.class);

    private final Random random = new Random(SEED);
    private final TestPair pair = new TestPair(random, 0);
    private final Endpoint attacker = Endpoint.of(new byte[]{(byte) 203, 0, 113, 66}, 666);

    /** Everything of a node that a datagram could change, but for the refusals. */
    private record State(@Nullable Endpoint endpoint, @Nullable KeyPair current, @Nullable KeyPair next,
            @Nullable KeyPair previous, @Nullable InitiatorHandshake pending, int sessions, long received,
            int delivered,
            int moves, int begun, int sentDatagrams) {
    }

    private State state(TestNode node, Peer peer) {
        Sessions sessions = peer.sessions();
        return new State(peer.endpoint(), sessions.current(pair.nowNs), sessions.next(), sessions.previous(),
                sessions.pending(), node.wireGuard.sessions(), peer.receivedBytes(), node.delivered.size(),
                node.moves.size(), node.handshakesBegun, pair.sent.size());
    }

    /** Expects that the right node drops the datagram for this reason and is as it was. */
    private void drops(byte[] datagram, Refusal reason) {
        State before = state(pair.right, pair.rightsPeer);
        long count = pair.right.wireGuard.refusals().count(reason);
        long total = pair.right.wireGuard.refusals().total();
        pair.right.receive(datagram, attacker);
        assertThat(pair.right.wireGuard.refusals().count(reason)).as("%s", reason).isEqualTo(count + 1);
        assertThat(pair.right.wireGuard.refusals().total()).as("refusals in all").isEqualTo(total + 1);
        assertThat(state(pair.right, pair.rightsPeer)).isEqualTo(before);
    }

    @Test
    void shouldDropWhatIsRandom() {
        pair.connected();
        State before = state(pair.right, pair.rightsPeer);
        int datagrams = 20_000;
        int[] lengths = {0, 1, 3, 4, 31, 32, 64, 92, 148, 1500};
        long refused = pair.right.wireGuard.refusals().total();
        for (int i = 0; i < datagrams; i++) {
            byte[] datagram = new byte[random.nextBoolean()
                    ? lengths[random.nextInt(lengths.length)]
                    : random.nextInt(200)];
            random.nextBytes(datagram);
            if (datagram.length >= 4 && random.nextInt(4) > 0) {
                Messages.putInt(datagram, 0, 1 + random.nextInt(4));
            }
            pair.right.receive(datagram, attacker);
        }
        assertThat(pair.right.wireGuard.refusals().total() - refused).isEqualTo(datagrams);
        assertThat(state(pair.right, pair.rightsPeer)).isEqualTo(before);
    }

    @Test
    void shouldDropEveryTruncationAndEveryChangedBit() {
        pair.lossPercent = 100;
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        byte[] initiation = pair.sent.getLast().datagram();
        for (int length = 0; length < initiation.length; length++) {
            drops(Arrays.copyOf(initiation, length), Refusal.WRONG_LENGTH);
        }
        drops(Arrays.copyOf(initiation, initiation.length + 1), Refusal.WRONG_LENGTH);
        for (int bit = 32; bit < Messages.INITIATION_MAC1 * 8; bit += 7) {
            byte[] changed = flip(initiation, bit);
            drops(changed, Refusal.WRONG_MAC1);
            remac(changed, pair.right);
            if (bit >= Messages.INITIATION_EPHEMERAL * 8 && bit != Messages.INITIATION_STATIC * 8 - 1) {
                drops(changed, Refusal.NOT_AUTHENTIC);
            }
        }
        drops(flip(initiation, 0), Refusal.UNKNOWN_TYPE);
        drops(flip(initiation, 9), Refusal.UNKNOWN_TYPE);
    }

    @Test
    void shouldDropChangedAndReplayedData() {
        pair.connected();
        pair.lossPercent = 100;
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        byte[] data = pair.sent.getLast().datagram();
        for (int bit = 0; bit < data.length * 8; bit++) {
            int octet = bit / 8;
            drops(flip(data, bit), octet < 4
                    ? asAnotherType(data, bit)
                    : octet < 8 ? Refusal.UNKNOWN_INDEX : Refusal.NOT_AUTHENTIC);
        }
        for (int length = 0; length < data.length; length++) {
            drops(Arrays.copyOf(data, length), length < 32 ? Refusal.WRONG_LENGTH : Refusal.NOT_AUTHENTIC);
        }
        assertThat(pair.right.receive(data, pair.leftAddress)).isPositive();
        drops(data, Refusal.REPLAYED_PACKET);
    }

    /** Type 4 with one bit changed: a message of another type and the wrong length, or no type at all. */
    private static Refusal asAnotherType(byte[] data, int bit) {
        int type = Messages.getInt(flip(data, bit), 0);
        return type >= 1 && type <= 3 ? Refusal.WRONG_LENGTH : Refusal.UNKNOWN_TYPE;
    }

    @Test
    void shouldDropReplayedAndReflectedHandshakes() {
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        byte[] initiation = pair.sent.getLast().datagram();
        pair.run(SECOND);
        byte[] response = pair.sentBy(pair.right, Messages.RESPONSE).getFirst().datagram();
        drops(initiation, Refusal.REPLAYED_INITIATION);
        drops(response, Refusal.WRONG_MAC1);
        pair.run(100 * SECOND);
        drops(initiation, Refusal.REPLAYED_INITIATION);
        State before = state(pair.left, pair.leftsPeer);
        pair.left.receive(initiation, attacker);
        pair.left.receive(response, attacker);
        assertThat(pair.left.wireGuard.refusals().count(Refusal.WRONG_MAC1)).as("its own, reflected").isEqualTo(1);
        assertThat(pair.left.wireGuard.refusals().count(Refusal.UNEXPECTED_RESPONSE)).as("a second time").isEqualTo(1);
        assertThat(state(pair.left, pair.leftsPeer)).isEqualTo(before);
    }

    /** A response with the right index and mac1 but a wrong tag must not take the place of the true one. */
    @Test
    void shouldKeepTheHandshakeThatWaitsThroughForgedResponses() {
        pair.lossPercent = 100;
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        byte[] initiation = pair.sent.getLast().datagram();
        pair.right.receive(initiation, pair.leftAddress);
        byte[] response = pair.sent.getLast().datagram();
        State before = state(pair.left, pair.leftsPeer);
        byte[] forged = flip(response, Messages.RESPONSE_EMPTY * 8);
        remac(forged, pair.left);
        pair.left.receive(forged, attacker);
        byte[] lowOrder = response.clone();
        Arrays.fill(lowOrder, Messages.RESPONSE_EPHEMERAL, Messages.RESPONSE_EMPTY, (byte) 0);
        remac(lowOrder, pair.left);
        pair.left.receive(lowOrder, attacker);
        assertThat(pair.left.wireGuard.refusals().count(Refusal.NOT_AUTHENTIC)).isEqualTo(2);
        assertThat(state(pair.left, pair.leftsPeer)).isEqualTo(before);
        pair.left.receive(response, pair.rightAddress);
        assertThat(pair.leftsPeer.hasSession(pair.nowNs)).isTrue();
    }

    @Test
    void shouldRefuseUnknownPeersLowOrderKeysAndFloods() {
        TestNode stranger = pair.node(PeerState.NONE);
        Peer target = stranger.wireGuard.addPeer(pair.right.publicKey(), stranger.routes);
        target.endpoint(pair.rightAddress);
        pair.lossPercent = 100;
        stranger.initiate(target);
        drops(pair.sent.getLast().datagram(), Refusal.UNKNOWN_PEER);

        byte[] lowOrder = pair.sent.getLast().datagram().clone();
        Arrays.fill(lowOrder, Messages.INITIATION_EPHEMERAL, Messages.INITIATION_STATIC, (byte) 0);
        remac(lowOrder, pair.right);
        drops(lowOrder, Refusal.LOW_ORDER_KEY);

        pair.left.initiate(pair.leftsPeer);
        byte[] first = pair.sent.getLast().datagram();
        pair.run(6 * SECOND);
        pair.left.initiate(pair.leftsPeer);
        byte[] second = pair.sent.getLast().datagram();
        pair.right.receive(first, pair.leftAddress);
        drops(second, Refusal.INITIATION_FLOOD);
    }

    /** A gateway restarts: with its stamps kept, a captured initiation is worthless; without, it still moves nothing. */
    @Test
    void shouldGiveReplayedInitiationsNothingAfterARestart() {
        Map<PublicKey, Tai64n> kept = new HashMap<>();
        TestNode mindful = pair.node(key(1), keeping(kept));
        TestNode client = pair.node(key(2), PeerState.NONE);
        Peer gateway = client.wireGuard.addPeer(mindful.publicKey(), client.routes);
        gateway.endpoint(pair.rightAddress);
        Peer known = mindful.wireGuard.addPeer(client.publicKey(), mindful.routes);
        pair.lossPercent = 100;
        client.initiate(gateway);
        byte[] initiation = pair.sent.getLast().datagram();
        mindful.receive(initiation, pair.leftAddress);
        assertThat(kept).containsKey(client.publicKey());
        assertThat(known.sessions().next()).isNotNull();

        TestNode restarted = pair.node(key(1), keeping(kept));
        Peer again = restarted.wireGuard.addPeer(client.publicKey(), restarted.routes);
        int before = pair.sent.size();
        restarted.receive(initiation, attacker);
        assertThat(restarted.wireGuard.refusals().count(Refusal.REPLAYED_INITIATION)).isEqualTo(1);
        assertThat(again.sessions().next()).isNull();
        assertThat(pair.sent).hasSize(before);

        TestNode without = pair.node(key(1), PeerState.NONE);
        Peer forgotten = without.wireGuard.addPeer(client.publicKey(), without.routes);
        forgotten.endpoint(pair.leftAddress);
        without.receive(initiation, attacker);
        assertThat(pair.sent).as("without the stamp it is answered").hasSize(before + 1);
        assertThat(forgotten.endpoint()).as("but moves no endpoint").isEqualTo(pair.leftAddress);
        assertThat(forgotten.hasSession(pair.nowNs)).as("and opens no session").isFalse();
    }

    @Test
    void shouldDropInnerPacketsThatAreNotThePeers() {
        pair.connected();
        int forbidden = 0;
        byte[] foreign = TestPackets.echo(new byte[]{10, 0, 0, 9}, new byte[]{10, 0, 0, 2}, 1, 20);
        byte[] foreign6 = TestPackets.echo(new byte[16], new byte[16], 1, 20);
        for (byte[] packet : List.of(foreign, foreign6)) {
            pair.left.send(pair.leftsPeer, packet);
            pair.run(SECOND);
            forbidden++;
            assertThat(pair.right.wireGuard.refusals().count(Refusal.SOURCE_NOT_ALLOWED)).isEqualTo(forbidden);
        }
        byte[] tooLong = pair.toRight(1);
        tooLong[3] = (byte) 200;
        byte[] shortHeader = pair.toRight(1);
        shortHeader[0] = 0x41;
        int malformed = 0;
        for (byte[] packet : List.of(tooLong, shortHeader, new byte[]{0x45, 0}, new byte[]{0x60}, new byte[100])) {
            pair.left.send(pair.leftsPeer, packet);
            pair.run(SECOND);
            malformed++;
            assertThat(pair.right.wireGuard.refusals().count(Refusal.MALFORMED_PACKET)).isEqualTo(malformed);
        }
        assertThat(pair.right.delivered).isEmpty();
        pair.left.send(pair.leftsPeer, pair.toRight(2));
        pair.run(SECOND);
        assertThat(pair.right.delivered).hasSize(1);
    }

    private static PeerState keeping(Map<PublicKey, Tai64n> stamps) {
        return new PeerState() {
            @Override
            public @Nullable Tai64n newestAccepted(PublicKey peer) {
                return stamps.get(peer);
            }

            @Override
            public void accepted(PublicKey peer, Tai64n stamp) {
                stamps.put(peer, stamp);
            }

            @Override
            public @Nullable Tai64n newestSent(PublicKey peer) {
                return null;
            }

            @Override
            public void sent(PublicKey peer, Tai64n stamp) {
            }
        };
    }

    private static byte[] key(int seed) {
        byte[] key = new byte[32];
        new Random(seed).nextBytes(key);
        return key;
    }

    private static byte[] flip(byte[] datagram, int bit) {
        byte[] changed = datagram.clone();
        changed[bit / 8] ^= (byte) (1 << bit % 8);
        return changed;
    }

    /** Gives a changed message the mac1 that anyone who knows the receiver's public key can compute. */
    private static void remac(byte[] message, TestNode receiver) {
        int offset = message.length == Messages.INITIATION_BYTES ? Messages.INITIATION_MAC1 : Messages.RESPONSE_MAC1;
        byte[] mac1 = new Macs(receiver.publicKey()).mac1(message, offset);
        System.arraycopy(mac1, 0, message, offset, mac1.length);
    }
}
