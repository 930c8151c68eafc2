package net.weft.wireguard;

import static net.weft.wireguard.TestPair.MS;
import static net.weft.wireguard.TestPair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.weft.crypto.ReplayWindow;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

/** Each timer and limit of the whitepaper §6 with an injected clock. Ticks are 50 ms apart, so that is how late a timer may be. */
class TimersTest {
    private static final long SEED = Seed.of(TimersTest.class);
    private static final long LATE = 60 * MS;
    private static final long JITTER = PeerTimers.REKEY_TIMEOUT_JITTER_MAX_NS;
    private static final int KEEPALIVE_BYTES = 32;

    private final TestPair pair = new TestPair(new Random(SEED), -5 * SECOND);

    @Test
    void shouldAnswerDataWithOneKeepaliveAfterTenSeconds() {
        pair.connected();
        pair.run(20 * SECOND);
        pair.sent.clear();
        long sentNs = pair.nowNs;
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        pair.run(60 * SECOND);
        List<TestPair.Sent> answers = pair.sentBy(pair.right, Messages.DATA);
        assertThat(answers).hasSize(1);
        assertThat(answers.getFirst().datagram()).hasSize(KEEPALIVE_BYTES);
        assertThat(answers.getFirst().atNs() - sentNs).isBetween(10 * SECOND, 10 * SECOND + LATE);
        assertThat(pair.sentBy(pair.left, Messages.DATA)).as("a keep-alive is not answered").hasSize(1);
    }

    @Test
    void shouldGoOnWithKeepalivesWhileDataGoesOneWay() {
        pair.connected();
        for (int i = 0; i < 60; i++) {
            pair.left.send(pair.leftsPeer, pair.toRight(i));
            pair.run(SECOND);
        }
        assertThat(pair.sentBy(pair.right, Messages.DATA).size()).isBetween(5, 6);
        assertThat(pair.left.handshakesBegun).as("the peer is heard, so no new handshake").isEqualTo(1);
    }

    @Test
    void shouldBeginAHandshakeFifteenSecondsAfterDataThatNothingAnswers() {
        pair.connected();
        pair.run(20 * SECOND);
        pair.lossPercent = 100;
        pair.sent.clear();
        long sentNs = pair.nowNs;
        pair.right.send(pair.rightsPeer, pair.toLeft(1));
        pair.run(17 * SECOND);
        List<TestPair.Sent> initiations = pair.sentBy(pair.right, Messages.INITIATION);
        assertThat(initiations).hasSize(1);
        assertThat(initiations.getFirst().atNs() - sentNs).isBetween(15 * SECOND, 15 * SECOND + JITTER + LATE);
    }

    @Test
    void shouldRepeatAnInitiationEveryFiveSecondsAndGiveUpAfterNinety() {
        pair.lossPercent = 100;
        long sentNs = pair.nowNs;
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        pair.run(300 * SECOND);
        List<TestPair.Sent> initiations = pair.sentBy(pair.left, Messages.INITIATION);
        assertThat(initiations.size()).isBetween(17, 18);
        for (int i = 1; i < initiations.size(); i++) {
            assertThat(initiations.get(i).atNs() - initiations.get(i - 1).atNs())
                    .isBetween(5 * SECOND, 5 * SECOND + JITTER + LATE);
            assertThat(initiations.get(i).datagram()).as("a new ephemeral key and index each time")
                    .isNotEqualTo(initiations.get(i - 1).datagram());
        }
        assertThat(initiations.getLast().atNs() - sentNs).isLessThan(90 * SECOND);
        assertThat(pair.left.unreachable).isEqualTo(1);
        assertThat(pair.left.wireGuard.sessions()).as("one index for all of them").isEqualTo(1);
        pair.left.send(pair.leftsPeer, pair.toRight(2));
        assertThat(pair.sentBy(pair.left, Messages.INITIATION)).as("traffic begins anew")
                .hasSize(initiations.size() + 1);
    }

    @Test
    void shouldRekeyAsInitiatorWhenItSendsAfter120Seconds() {
        pair.connected();
        pair.run(119 * SECOND);
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        pair.right.send(pair.rightsPeer, pair.toLeft(1));
        assertThat(pair.left.handshakesBegun).isEqualTo(1);
        pair.run(2 * SECOND);
        pair.right.send(pair.rightsPeer, pair.toLeft(2));
        assertThat(pair.right.handshakesBegun).as("the responder does not").isZero();
        pair.left.send(pair.leftsPeer, pair.toRight(2));
        assertThat(pair.left.handshakesBegun).isEqualTo(2);
    }

    @Test
    void shouldRekeyAsInitiatorWhenItReceivesAfter165Seconds() {
        pair.connected();
        pair.run(164 * SECOND);
        pair.right.send(pair.rightsPeer, pair.toLeft(1));
        pair.run(100 * MS);
        assertThat(pair.left.handshakesBegun).isEqualTo(1);
        pair.run(SECOND);
        pair.lossPercent = 0;
        pair.right.send(pair.rightsPeer, pair.toLeft(2));
        pair.right.send(pair.rightsPeer, pair.toLeft(3));
        pair.run(100 * MS);
        assertThat(pair.left.handshakesBegun).isEqualTo(2);
    }

    @Test
    void shouldSealAndOpenNothingAfter180Seconds() {
        pair.connected();
        pair.lossPercent = 100;
        pair.run(179 * SECOND);
        pair.right.send(pair.rightsPeer, pair.toLeft(1));
        byte[] young = pair.sent.getLast().datagram();
        assertThat(young[0]).isEqualTo((byte) Messages.DATA);
        pair.run(2 * SECOND);
        pair.right.send(pair.rightsPeer, pair.toLeft(2));
        assertThat(pair.sent.getLast().type()).as("a handshake in place of data").isEqualTo(Messages.INITIATION);
        assertThat(pair.left.receive(young, pair.rightAddress)).isEqualTo(PacketPath.DROPPED);
        assertThat(pair.left.wireGuard.refusals().count(Refusal.EXPIRED_KEYS)).isEqualTo(1);
    }

    @Test
    void shouldZeroAllKeysAfter540Seconds() {
        pair.connected();
        pair.run(539 * SECOND);
        assertThat(pair.left.wireGuard.sessions()).isEqualTo(1);
        assertThat(pair.left.wireGuard.activePeers()).isEqualTo(1);
        pair.run(2 * SECOND);
        for (TestNode node : List.of(pair.left, pair.right)) {
            assertThat(node.wireGuard.sessions()).isZero();
            assertThat(node.wireGuard.activePeers()).as("peers that timers look at").isZero();
        }
    }

    @Test
    void shouldSendAPersistentKeepaliveWheneverNothingPassed() {
        pair.left.wireGuard.persistentKeepalive(pair.leftsPeer, 25);
        pair.run(SECOND);
        assertThat(pair.right.moves).as("it begins with a handshake").hasSize(1);
        pair.sent.clear();
        pair.run(101 * SECOND);
        assertThat(pair.sentBy(pair.left, Messages.DATA)).hasSize(4);
        pair.left.wireGuard.persistentKeepalive(pair.leftsPeer, 0);
        pair.sent.clear();
        pair.run(100 * SECOND);
        assertThat(pair.sent).isEmpty();
    }

    @Test
    void shouldRekeyAndRejectByTheNumberOfMessages() {
        pair.connected();
        pair.run(10 * SECOND);
        KeyPair keys = Objects.requireNonNull(pair.rightsPeer.sessions().current(pair.nowNs));
        keys.sent(PeerTimers.REKEY_AFTER_MESSAGES - 1);
        pair.right.send(pair.rightsPeer, pair.toLeft(1));
        assertThat(pair.right.handshakesBegun).isZero();
        pair.lossPercent = 100;
        pair.right.send(pair.rightsPeer, pair.toLeft(2));
        assertThat(pair.right.handshakesBegun).as("either side does").isEqualTo(1);
        keys.sent(ReplayWindow.REJECT_AFTER_MESSAGES - 1);
        pair.sent.clear();
        pair.right.send(pair.rightsPeer, pair.toLeft(3));
        pair.right.send(pair.rightsPeer, pair.toLeft(4));
        assertThat(pair.sentBy(pair.right, Messages.DATA)).as("the last counter of all").hasSize(1);
        byte[] last = pair.sentBy(pair.right, Messages.DATA).getFirst().datagram();
        assertThat(pair.left.receive(last, pair.rightAddress)).isPositive();
    }
}
