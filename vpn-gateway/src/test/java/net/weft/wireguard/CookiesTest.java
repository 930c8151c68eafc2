package net.weft.wireguard;

import static net.weft.wireguard.TestPair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

/** The protection of whoever is under load: cookies prove an address, and a proven address has a rate. */
class CookiesTest {
    private static final long SEED = Seed.of(CookiesTest.class);

    private final TestPair pair = new TestPair(new Random(SEED), 0);

    @Test
    void shouldAdmitTheRetryOfWhoeverReceivedACookie() {
        pair.right.underLoad = true;
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        pair.run(SECOND);
        assertThat(pair.sentBy(pair.right, Messages.COOKIE_REPLY)).hasSize(1);
        assertThat(pair.rightsPeer.sessions().next()).as("no state before the cookie").isNull();
        assertThat(pair.right.wireGuard.sessions()).isZero();
        pair.run(6 * SECOND);
        assertThat(pair.right.delivered).hasSize(1);
        assertThat(pair.sentBy(pair.right, Messages.COOKIE_REPLY)).hasSize(1);
    }

    @Test
    void shouldAskForCookiesAsInitiatorToo() {
        pair.left.underLoad = true;
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        pair.run(SECOND);
        assertThat(pair.sentBy(pair.left, Messages.COOKIE_REPLY)).hasSize(1);
        assertThat(pair.leftsPeer.hasSession(pair.nowNs)).isFalse();
        pair.run(12 * SECOND);
        assertThat(pair.right.delivered).hasSize(1);
    }

    @Test
    void shouldNotTakeACookieFromAnotherAddressOrOfAnotherTime() {
        pair.right.underLoad = true;
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        pair.run(5 * SECOND + SECOND / 2);
        byte[] withCookie = pair.sentBy(pair.left, Messages.INITIATION).getLast().datagram();
        assertThat(pair.sentBy(pair.left, Messages.INITIATION)).hasSize(2);
        long asked = pair.right.wireGuard.refusals().count(Refusal.UNDER_LOAD);
        pair.right.receive(withCookie, Endpoint.of(new byte[]{(byte) 192, 0, 2, 1}, 1112));
        pair.right.receive(withCookie, Endpoint.of(new byte[]{(byte) 192, 0, 2, 3}, 1111));
        assertThat(pair.right.wireGuard.refusals().count(Refusal.UNDER_LOAD)).isEqualTo(asked + 2);
        pair.right.receive(withCookie, pair.leftAddress);
        assertThat(pair.right.wireGuard.refusals().count(Refusal.UNDER_LOAD)).isEqualTo(asked + 2);
        pair.run(121 * SECOND);
        pair.right.receive(withCookie, pair.leftAddress);
        assertThat(pair.right.wireGuard.refusals().count(Refusal.UNDER_LOAD)).as("with a secret of the past")
                .isEqualTo(asked + 3);
    }

    @Test
    void shouldTakeOneCookieForEachMessageAndNoForgedOne() {
        pair.right.underLoad = true;
        pair.lossPercent = 100;
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        pair.right.receive(pair.sent.getLast().datagram(), pair.leftAddress);
        byte[] reply = pair.sent.getLast().datagram();
        byte[] forged = reply.clone();
        forged[Messages.COOKIE_SEALED]++;
        pair.left.receive(forged, pair.rightAddress);
        assertThat(pair.left.wireGuard.refusals().count(Refusal.UNEXPECTED_COOKIE)).isEqualTo(1);
        pair.left.receive(reply, pair.rightAddress);
        assertThat(pair.left.wireGuard.refusals().count(Refusal.UNEXPECTED_COOKIE)).isEqualTo(1);
        pair.left.receive(reply, pair.rightAddress);
        assertThat(pair.left.wireGuard.refusals().count(Refusal.UNEXPECTED_COOKIE)).isEqualTo(2);
        reply[Messages.COOKIE_RECEIVER]++;
        pair.left.receive(reply, pair.rightAddress);
        assertThat(pair.left.wireGuard.refusals().count(Refusal.UNKNOWN_INDEX)).isEqualTo(1);
    }

    @Test
    void shouldLimitEvenThoseWithACookie() {
        pair.right.underLoad = true;
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        pair.run(5 * SECOND + SECOND / 2);
        byte[] withCookie = pair.sentBy(pair.left, Messages.INITIATION).getLast().datagram();
        for (int i = 0; i < 20; i++) {
            pair.right.receive(withCookie, pair.leftAddress);
        }
        assertThat(pair.right.wireGuard.refusals().count(Refusal.RATE_LIMITED)).isBetween(15L, 16L);
    }
}
