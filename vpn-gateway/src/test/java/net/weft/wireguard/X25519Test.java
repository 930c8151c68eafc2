package net.weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;

import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** X25519 by the vectors of RFC 7748 §5.2, beside BouncyCastle's, and with the points that Wycheproof calls LowOrderPublic. */
class X25519Test {
    private static final long SEED = Seed.of(X25519Test.class);
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @CsvSource({"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4,"
            + "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c,"
            + "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
            "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d,"
                    + "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493,"
                    + "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"})
    void shouldMultiplyAsInRfc7748(String scalar, String point, String product) {
        assertThat(X25519.sharedSecret(HEX.parseHex(scalar), HEX.parseHex(point)))
                .isEqualTo(HEX.parseHex(product));
    }

    @Test
    void shouldIterateAsInRfc7748() {
        byte[] scalar = new byte[32];
        scalar[0] = 9;
        byte[] point = scalar.clone();
        for (int round = 1; round <= 1000; round++) {
            byte[] product = X25519.sharedSecret(scalar, point);
            point = scalar;
            scalar = Objects.requireNonNull(product);
            if (round == 1) {
                assertThat(scalar).isEqualTo(
                        HEX.parseHex("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"));
            }
        }
        assertThat(scalar)
                .isEqualTo(HEX.parseHex("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"));
    }

    @Test
    void shouldMultiplyAsBouncyCastleDoes() {
        Random random = new Random(SEED);
        for (int round = 0; round < 100; round++) {
            byte[] scalar = new byte[32];
            byte[] point = new byte[32];
            random.nextBytes(scalar);
            random.nextBytes(point);
            byte[] expected = new byte[32];
            org.bouncycastle.math.ec.rfc7748.X25519.scalarMult(scalar, 0, point, 0, expected, 0);
            assertThat(X25519.sharedSecret(scalar, point)).isEqualTo(expected);
            org.bouncycastle.math.ec.rfc7748.X25519.scalarMultBase(scalar, 0, expected, 0);
            assertThat(X25519.publicKey(scalar)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"})
    void shouldRefusePointsOfLowOrder(String point) {
        byte[] scalar = new byte[32];
        new Random(1).nextBytes(scalar);
        assertThat(X25519.sharedSecret(scalar, HEX.parseHex(point))).isNull();
        PublicKey key = PublicKey.of(HEX.parseHex(point));
        assertThat(key.isUsable()).isFalse();
        WireGuard wireGuard = new TestNode(scalar, new Random(1), PeerState.NONE, (_, _, _) -> {
        }).wireGuard;
        assertThatThrownBy(() -> wireGuard.addPeer(key, new CryptokeyRoutes<>()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("low order");
        assertThat(wireGuard.publicKey().isUsable()).isTrue();
    }

    @Test
    void shouldReadAndPrintKeysAsWgDoes() {
        String text = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
        assertThat(PublicKey.parse(text)).hasToString(text);
        for (String wrong : new String[]{"", "AAAA", text.substring(1), text + "A", text.replace('x', '!')}) {
            assertThatThrownBy(() -> PublicKey.parse(wrong)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("44 characters");
        }
        assertThatThrownBy(() -> new Identity(new byte[32])).hasMessageContaining("zero");
        assertThatThrownBy(() -> new Identity(new byte[31])).hasMessageContaining("31");
    }
}
