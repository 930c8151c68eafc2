package net.weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

/** Longest-prefix look-ups beside {@link SlowRouter}. */
class CryptokeyRoutesTest {
    private static final long SEED = Seed.of(CryptokeyRoutesTest.class);
    private static final String[] OWNERS = {"a", "b", "c", "d", "e", "f"};

    private final Random random = new Random(SEED);
    private final CryptokeyRoutes<String> routes = new CryptokeyRoutes<>();
    private final SlowRouter<String> oracle = new SlowRouter<>();

    @Test
    void shouldRouteAsTheSlowRouterDoes() {
        for (int step = 0; step < 4_000; step++) {
            change();
            for (int i = 0; i < 8; i++) {
                int address = ipv4();
                assertThat(routes.findIpv4(address)).as("step %d, %08x", step, address)
                        .isEqualTo(oracle.find(32, unsigned(address)));
                long high = high();
                long low = low();
                assertThat(routes.findIpv6(high, low)).as("step %d, %016x%016x", step, high, low)
                        .isEqualTo(oracle.find(128, unsigned(high, low)));
            }
        }
    }

    private void change() {
        String owner = OWNERS[random.nextInt(OWNERS.length)];
        int address = ipv4();
        int length = random.nextInt(33);
        long high = high();
        long low = low();
        int length6 = random.nextInt(129);
        switch (random.nextInt(12)) {
            case 0 -> {
                routes.remove(owner);
                oracle.remove(owner);
            }
            case 1 -> {
                routes.removeIpv4(address, length, owner);
                oracle.remove(32, unsigned(address), length, owner);
                routes.removeIpv6(high, low, length6, owner);
                oracle.remove(128, unsigned(high, low), length6, owner);
            }
            default -> {
                assertThat(routes.putIpv4(address, length, owner))
                        .isEqualTo(oracle.put(32, unsigned(address), length, owner));
                assertThat(routes.putIpv6(high, low, length6, owner))
                        .isEqualTo(oracle.put(128, unsigned(high, low), length6, owner));
            }
        }
    }

    /** Few distinct bits, so that prefixes nest and look-ups hit. */
    private int ipv4() {
        return random.nextInt() & 0x8101_0103;
    }

    private long high() {
        return random.nextLong() & 0xc000_0001_0000_0001L;
    }

    private long low() {
        return random.nextLong() & 0x8000_0000_0000_0003L;
    }

    private static BigInteger unsigned(int address) {
        return BigInteger.valueOf(address & 0xffff_ffffL);
    }

    private static BigInteger unsigned(long high, long low) {
        BigInteger word = BigInteger.ONE.shiftLeft(64);
        return BigInteger.valueOf(high).mod(word).multiply(word).add(BigInteger.valueOf(low).mod(word));
    }

    @Test
    void shouldKeepNetworksApart() {
        CryptokeyRoutes<String> other = new CryptokeyRoutes<>();
        routes.putIpv4(0x0a000000, 8, "a");
        other.putIpv4(0x0a000000, 8, "b");
        assertThat(routes.findIpv4(0x0a010203)).isEqualTo("a");
        assertThat(other.findIpv4(0x0a010203)).isEqualTo("b");
        assertThat(routes.findIpv6(0, 0)).isNull();
    }

    @Test
    void shouldRefuseLengthsThatNoPrefixHas() {
        for (int length : new int[]{-1, 33}) {
            assertThatThrownBy(() -> routes.putIpv4(0, length, "a")).hasMessageContaining("" + length);
        }
        for (int length : new int[]{-1, 129}) {
            assertThatThrownBy(() -> routes.putIpv6(0, 0, length, "a")).hasMessageContaining("" + length);
        }
    }
}
