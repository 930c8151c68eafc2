package net.weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.weft.testing.Seed;
import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

/** BLAKE2s, its HMAC and the key derivation, beside BouncyCastle's. */
class Blake2sTest {
    private static final long SEED = Seed.of(Blake2sTest.class);
    private static final byte[] NO_KEY = {};

    private final Random random = new Random(SEED);

    /** RFC 7693, appendix B. */
    @Test
    void shouldHashTheExampleOfTheRfc() {
        assertThat(HexFormat.of().formatHex(Blake2s.hash("abc".getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982");
    }

    @Test
    void shouldHashAsBouncyCastleDoes() {
        for (int length = 0; length < 400; length++) {
            byte[] message = bytes(length);
            byte[] key = length % 3 == 0 ? NO_KEY : bytes(1 + random.nextInt(32));
            int output = 1 + random.nextInt(32);
            Blake2sDigest oracle = new Blake2sDigest(key.length == 0 ? null : key, output, null, null);
            oracle.update(message, 0, length);
            byte[] expected = new byte[output];
            oracle.doFinal(expected, 0);
            Blake2s hash = new Blake2s(output, key);
            int split = random.nextInt(length + 1);
            hash.update(message, 0, split);
            hash.update(message, split, length - split);
            assertThat(hash.finish()).as("%d bytes, %d of key, %d out", length, key.length, output).isEqualTo(expected);
        }
    }

    @Test
    void shouldAuthenticateAndDeriveAsBouncyCastleDoes() {
        for (int round = 0; round < 200; round++) {
            byte[] key = bytes(32);
            byte[] input = bytes(random.nextInt(100));
            HMac oracle = new HMac(new Blake2sDigest(256));
            oracle.init(new KeyParameter(key));
            oracle.update(input, 0, input.length);
            byte[] expected = new byte[32];
            oracle.doFinal(expected, 0);
            assertThat(KeyDerivation.hmac(key, input)).isEqualTo(expected);

            HKDFBytesGenerator generator = new HKDFBytesGenerator(new Blake2sDigest(256));
            generator.init(new HKDFParameters(input, key, NO_KEY));
            byte[] stream = new byte[96];
            generator.generateBytes(stream, 0, stream.length);
            byte[][] keys = KeyDerivation.derive(3, key, input);
            for (int i = 0; i < 3; i++) {
                assertThat(Arrays.copyOfRange(stream, 32 * i, 32 * i + 32)).isEqualTo(keys[i]);
            }
        }
    }

    @Test
    void shouldRefuseKeysAndOutputsThatAreTooLong() {
        assertThatThrownBy(() -> new Blake2s(33, NO_KEY)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Blake2s(0, NO_KEY)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Blake2s(32, new byte[33])).isInstanceOf(IllegalArgumentException.class);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
