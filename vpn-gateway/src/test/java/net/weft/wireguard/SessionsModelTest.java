package net.weft.wireguard;

import static net.weft.wireguard.TestPair.MS;
import static net.weft.wireguard.TestPair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

/** Two nodes with an injected clock over a network that is whole, bad, or broken for a while. */
class SessionsModelTest {
    private static final long SEED = Seed.of(SessionsModelTest.class);

    private final TestPair pair = new TestPair(new Random(SEED), new Random(SEED).nextLong());

    @Test
    void shouldLoseNothingIn400SecondsAcrossRekeys() {
        pair.delayMaxNs = 20 * MS;
        for (int i = 0; i < 4_000; i++) {
            pair.left.send(pair.leftsPeer, pair.toRight(i));
            pair.run(50 * MS);
            pair.right.send(pair.rightsPeer, pair.toLeft(i));
            pair.run(50 * MS);
        }
        pair.run(SECOND);
        assertThat(sequences(pair.right.delivered).cardinality()).as("to the right").isEqualTo(4_000);
        assertThat(sequences(pair.left.delivered).cardinality()).as("to the left").isEqualTo(4_000);
        assertThat(pair.right.delivered).hasSize(4_000);
        assertThat(pair.left.delivered).hasSize(4_000);
        assertThat(pair.left.handshakesBegun).as("sessions in 400 s").isEqualTo(4);
        assertThat(pair.right.handshakesBegun).as("the responder begins none").isZero();
        assertThat(pair.left.wireGuard.sessions()).as("previous and current").isEqualTo(2);
        // The right side may send before the left side's first data packet, which names its endpoint, has arrived.
        long early = pair.right.wireGuard.refusals().count(Refusal.NO_ENDPOINT);
        assertThat(early).isBetween(0L, 1L);
        assertThat(pair.left.wireGuard.refusals().total() + pair.right.wireGuard.refusals().total() - early)
                .as("refusals: the first packet without a session").isEqualTo(1);
    }

    @Test
    void shouldDeliverOnceOverANetworkThatLosesReordersAndDuplicates() {
        pair.lossPercent = 15;
        pair.duplicatePercent = 20;
        pair.delayMaxNs = 300 * MS;
        int packets = 6_000;
        for (int i = 0; i < packets; i++) {
            pair.left.send(pair.leftsPeer, pair.toRight(i));
            pair.right.send(pair.rightsPeer, pair.toLeft(i));
            pair.run(100 * MS);
        }
        pair.run(SECOND);
        for (TestNode node : List.of(pair.left, pair.right)) {
            assertThat(sequences(node.delivered).cardinality()).as("each at most once")
                    .isEqualTo(node.delivered.size());
            assertThat(node.delivered.size()).as("of %d", packets).isBetween(packets * 70 / 100, packets);
            assertThat(node.wireGuard.refusals().count(Refusal.REPLAYED_PACKET)).as("duplicates").isPositive();
            assertThat(node.wireGuard.refusals().count(Refusal.NOT_AUTHENTIC)).isZero();
            assertThat(node.wireGuard.sessions()).as("indices in use").isLessThanOrEqualTo(4);
        }
        healAndExchange(packets);
    }

    @Test
    void shouldComeBackAfterEveryKindOfSilence() {
        Random random = new Random(SEED);
        pair.connected();
        for (int round = 0; round < 30; round++) {
            pair.lossPercent = 100;
            long silence = random.nextLong(1_200 * SECOND);
            for (long passed = 0; passed < silence; passed += 10 * SECOND) {
                if (random.nextInt(4) == 0) {
                    pair.left.send(pair.leftsPeer, pair.toRight(1));
                }
                if (random.nextInt(4) == 0) {
                    pair.right.send(pair.rightsPeer, pair.toLeft(1));
                }
                pair.run(10 * SECOND);
            }
            healAndExchange(round);
        }
    }

    /** With the network whole, packets sent for 20 s pass both ways at last. */
    private void healAndExchange(int base) {
        pair.lossPercent = 0;
        pair.duplicatePercent = 0;
        pair.delayMaxNs = 0;
        for (int i = 0; i < 20; i++) {
            pair.left.send(pair.leftsPeer, pair.toRight(base));
            pair.right.send(pair.rightsPeer, pair.toLeft(base));
            pair.run(SECOND);
        }
        pair.left.delivered.clear();
        pair.right.delivered.clear();
        pair.left.send(pair.leftsPeer, pair.toRight(base + 7));
        pair.right.send(pair.rightsPeer, pair.toLeft(base + 7));
        pair.run(SECOND);
        assertThat(pair.right.delivered).as("to the right, round %d", base).hasSize(1);
        assertThat(pair.left.delivered).as("to the left, round %d", base).hasSize(1);
    }

    @Test
    void shouldAgreeWhenBothBeginAtOnce() {
        pair.rightsPeer.endpoint(pair.leftAddress);
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        pair.right.send(pair.rightsPeer, pair.toLeft(1));
        pair.run(SECOND);
        assertThat(pair.left.delivered).hasSize(1);
        assertThat(pair.right.delivered).hasSize(1);
        for (int i = 2; i < 300; i++) {
            pair.left.send(pair.leftsPeer, pair.toRight(i));
            pair.right.send(pair.rightsPeer, pair.toLeft(i));
            pair.run(SECOND);
        }
        assertThat(pair.left.delivered).hasSize(299);
        assertThat(pair.right.delivered).hasSize(299);
    }

    @Test
    void shouldOpenLatePacketsOfThePreviousSession() {
        pair.connected();
        pair.lossPercent = 100;
        pair.left.send(pair.leftsPeer, pair.toRight(2));
        byte[] late = pair.sent.getLast().datagram();
        pair.lossPercent = 0;
        pair.run(6 * SECOND);
        pair.left.initiate(pair.leftsPeer);
        pair.run(SECOND);
        assertThat(pair.left.handshakesBegun).isEqualTo(2);
        pair.right.delivered.clear();
        pair.right.receive(late, pair.leftAddress);
        assertThat(pair.right.delivered).hasSize(1);
        assertThat(TestPackets.sequence(pair.right.delivered.getFirst())).isEqualTo(2);
    }

    @Test
    void shouldUseANewSessionAsResponderOnlyOnceItIsConfirmed() {
        pair.connected();
        pair.run(6 * SECOND);
        pair.left.initiate(pair.leftsPeer);
        byte[] initiation = pair.sent.getLast().datagram();
        pair.right.receive(initiation, pair.leftAddress);
        assertThat(pair.sent.getLast().type()).isEqualTo(Messages.RESPONSE);
        pair.right.send(pair.rightsPeer, pair.toLeft(3));
        byte[] data = pair.sent.getLast().datagram();
        assertThat(data[0]).isEqualTo((byte) Messages.DATA);
        assertThat(pair.rightsPeer.sessions().next()).as("waits").isNotNull();
        pair.left.receive(data, pair.rightAddress);
        assertThat(pair.left.delivered).as("sealed with the confirmed session").hasSize(1);
        pair.run(SECOND);
        assertThat(pair.rightsPeer.sessions().next()).as("confirmed by the keep-alive").isNull();
        assertThat(pair.rightsPeer.sessions().previous()).isNotNull();
    }

    @Test
    void shouldTakePresharedKeysAndNewPrivateKeys() {
        byte[] key = new byte[32];
        new Random(SEED).nextBytes(key);
        pair.left.wireGuard.presharedKey(pair.leftsPeer, key);
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        pair.run(SECOND);
        assertThat(pair.right.delivered).as("keys differ").isEmpty();
        assertThat(pair.left.wireGuard.refusals().count(Refusal.NOT_AUTHENTIC)).isEqualTo(1);
        pair.right.wireGuard.presharedKey(pair.rightsPeer, key);
        pair.run(6 * SECOND);
        assertThat(pair.right.delivered).as("the staged packet, with the retried handshake").hasSize(1);

        byte[] changed = new byte[32];
        new Random(SEED + 1).nextBytes(changed);
        Identity identity = new Identity(changed);
        pair.right.wireGuard.identity(identity);
        Peer renamed = pair.left.wireGuard.addPeer(identity.publicKey(), pair.left.routes);
        renamed.endpoint(pair.rightAddress);
        pair.left.wireGuard.presharedKey(renamed, key);
        pair.left.wireGuard.removePeer(pair.leftsPeer);
        pair.left.routes.putIpv4(0x0a000002, 32, renamed);
        pair.left.send(renamed, pair.toRight(2));
        pair.run(SECOND);
        assertThat(pair.right.delivered).as("with the new private key").hasSize(2);
    }

    private static BitSet sequences(List<byte[]> packets) {
        BitSet seen = new BitSet();
        packets.forEach(p -> seen.set(TestPackets.sequence(p)));
        return seen;
    }
}
