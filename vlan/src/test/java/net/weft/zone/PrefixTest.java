package net.weft.zone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTest {
    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "1::", "fd00:10::11", "2001:db8::1:0:0:1", "2001:db8:0:1:1:1:1:1",
            "1:2:3:4:5:6:7:8",
            "1:0:0:4::", "::4:0:0:7:8", "ff02::1:ff00:1", "fe80::"})
    void shouldWriteIpv6AsRfc5952Has(String text) throws UnknownHostException {
        ByteBuffer bytes = ByteBuffer.wrap(InetAddress.getByName(text).getAddress());
        assertThat(Prefix.address(bytes.getLong(0), bytes.getLong(8), false)).isEqualTo(text);
    }

    @Test
    void shouldWriteWhatReadsBack() throws UnknownHostException {
        long seed = Seed.of(PrefixTest.class);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 10_000; i++) {
            long high = sparse(random);
            long low = sparse(random) | 1L << 63;
            String text = Prefix.address(high, low, false);
            ByteBuffer bytes = ByteBuffer.wrap(InetAddress.getByName(text).getAddress());
            assertThat(new long[]{bytes.getLong(0), bytes.getLong(8)}).as("seed %d: %s", seed, text)
                    .containsExactly(high, low);
            assertThat(text.contains("::") || !(":" + text + ":").contains(":0:0:")).as("seed %d: %s", seed, text)
                    .isTrue();
        }
    }

    /** Four groups, many of them zero. The lower ones are never an embedded IPv4 address. */
    private static long sparse(SplittableRandom random) {
        long groups = 0;
        for (int i = 0; i < 4; i++) {
            groups = groups << 16 | (random.nextBoolean() ? 0 : random.nextInt(1 << 16));
        }
        return groups;
    }

    @Test
    void shouldWritePrefixesAsTheFileHasThem() {
        assertThat(new Prefix(0, Prefix.ipv4(0x0a0a0000), 96 + 24, true)).hasToString("10.10.0.0/24");
        assertThat(new Prefix(0, Prefix.ipv4(0xffffff01), 128, true)).hasToString("255.255.255.1");
        assertThat(new Prefix(0, Prefix.IPV4, 96, true)).hasToString("0.0.0.0/0");
        assertThat(new Prefix(0xfd00_0010L << 32, 0, 64, false)).hasToString("fd00:10::/64");
        assertThat(new Prefix(0, 0, 0, false)).hasToString("::/0");
    }

    @Test
    void shouldHoldWhatBeginsAlike() {
        Prefix four = new Prefix(0, Prefix.ipv4(0x0a0a0000), 96 + 24, true);
        assertThat(four.contains(0, Prefix.ipv4(0x0a0a00ff))).isTrue();
        assertThat(four.contains(0, Prefix.ipv4(0x0a0a01ff))).isFalse();
        assertThat(four.contains(1, Prefix.ipv4(0x0a0a00ff))).isFalse();
        Prefix six = new Prefix(0xfd00_0010L << 32, 0, 64, false);
        assertThat(six.contains(0xfd00_0010L << 32, -1)).isTrue();
        assertThat(six.contains(0xfd00_0010L << 32 | 1, 0)).isFalse();
        assertThat(new Prefix(0, 0, 0, false).contains(-1, -1)).isTrue();
        assertThatThrownBy(() -> new Prefix(0, 0, 95, true)).isInstanceOf(IllegalArgumentException.class);
    }
}
