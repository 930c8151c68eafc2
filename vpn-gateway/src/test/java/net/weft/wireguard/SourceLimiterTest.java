package net.weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** As in Linux's selftest/ratelimiter.c: 5 at once, then one each 50 ms; an IPv6 source is a /64. */
class SourceLimiterTest {
    private static final long MS = 1_000_000;

    private final SourceLimiter limiter = new SourceLimiter(64, new Random(5)::nextBytes);

    @Test
    void shouldAllowFiveAtOnceAndTwentyASecond() {
        Source source = ipv4(0x01020304);
        for (int i = 0; i < 5; i++) {
            assertThat(limiter.allow(source, 0)).as("%d at once", i + 1).isTrue();
        }
        assertThat(limiter.allow(source, 0)).isFalse();
        assertThat(limiter.allow(source, 49 * MS)).isFalse();
        assertThat(limiter.allow(source, 50 * MS)).isTrue();
        assertThat(limiter.allow(source, 50 * MS)).isFalse();
        assertThat(limiter.allow(ipv4(0x01020305), 50 * MS)).as("another source").isTrue();
        int allowed = 0;
        for (long now = 1_000 * MS; now < 11_000 * MS; now += MS) {
            allowed += limiter.allow(source, now) ? 1 : 0;
        }
        assertThat(allowed).as("of 10,000 in 10 s").isBetween(200, 205);
    }

    @Test
    void shouldCountAnIpv6PrefixAsOneSource() {
        for (int i = 0; i < 5; i++) {
            assertThat(limiter.allow(ipv6(0x20010db8_00000001L, i), 0)).isTrue();
        }
        assertThat(limiter.allow(ipv6(0x20010db8_00000001L, 99), 0)).isFalse();
        assertThat(limiter.allow(ipv6(0x20010db8_00000002L, 1), 0)).isTrue();
    }

    @Test
    void shouldForgetTheIdlestWhereASetIsFull() {
        for (int address = 0; address < 100_000; address++) {
            assertThat(limiter.allow(ipv4(address), address * MS)).as("source %d", address).isTrue();
        }
    }

    private static Source ipv4(int address) {
        Source source = new Source();
        source.remoteIpv4(address, 1234);
        return source;
    }

    private static Source ipv6(long high, long low) {
        Source source = new Source();
        source.remote(high, low, 1234, 0);
        return source;
    }
}
