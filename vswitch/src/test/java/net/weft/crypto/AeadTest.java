package net.weft.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every provider that this host has, by vectors and beside the JDK's own. */
class AeadTest {
    private static final long SEED = Seed.of(AeadTest.class);
    private static final HexFormat HEX = HexFormat.of();

    private final Arena arena = Arena.ofAuto();

    @ParameterizedTest
    @EnumSource
    void shouldOpenTheExampleOfRfc8439AppendixA5(AeadProvider provider) {
        try (Aead aead = open(provider)) {
            byte[] key = HEX.parseHex("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0");
            byte[] data = HEX.parseHex("f33388860000000000004e91");
            byte[] sealed = HEX.parseHex("""
                    64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb2\
                    4c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf\
                    332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855\
                    9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4\
                    b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523e\
                    af4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a\
                    0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a10\
                    49e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29\
                    a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38""");
            MemorySegment plain = arena.allocate(sealed.length - Aead.TAG_BYTES);
            assertThat(aead.open(at(key), 0, 0x0807060504030201L, at(data), data.length, at(sealed),
                    sealed.length, plain.address())).isTrue();
            assertThat(new String(plain.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8))
                    .startsWith("Internet-Drafts are draft documents valid for a maximum of six months");
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldSealAsTheJdkDoes(AeadProvider provider) {
        Random random = new Random(SEED);
        try (Aead aead = open(provider); Aead oracle = open(AeadProvider.JDK)) {
            for (int round = 0; round < 300; round++) {
                byte[] key = bytes(random, Aead.KEY_BYTES);
                byte[] data = bytes(random, random.nextInt(80));
                byte[] plain = bytes(random, random.nextInt(round % 10 == 0 ? 20_000 : 200));
                int constant = random.nextInt();
                long counter = random.nextLong();
                byte[] sealed = seal(aead, key, constant, counter, data, plain);
                assertThat(sealed).isEqualTo(seal(oracle, key, constant, counter, data, plain));
                MemorySegment text = arena.allocateFrom(ValueLayout.JAVA_BYTE, sealed);
                assertThat(aead.open(at(key), constant, counter, at(data), data.length, text.address(),
                        sealed.length, text.address())).as("in place").isTrue();
                assertThat(text.asSlice(0, plain.length).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(plain);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseEveryChange(AeadProvider provider) {
        Random random = new Random(SEED);
        try (Aead aead = open(provider)) {
            byte[] key = bytes(random, Aead.KEY_BYTES);
            byte[] data = bytes(random, 16);
            byte[] sealed = seal(aead, key, 1, 2, data, bytes(random, 50));
            long out = arena.allocate(sealed.length).address();
            for (int bit = 0; bit < sealed.length * 8; bit++) {
                byte[] changed = sealed.clone();
                changed[bit / 8] ^= (byte) (1 << bit % 8);
                assertThat(aead.open(at(key), 1, 2, at(data), 16, at(changed), changed.length, out))
                        .as("bit %d", bit).isFalse();
            }
            assertThat(aead.open(at(key), 2, 2, at(data), 16, at(sealed), sealed.length, out)).isFalse();
            assertThat(aead.open(at(key), 1, 3, at(data), 16, at(sealed), sealed.length, out)).isFalse();
            assertThat(aead.open(at(key), 1, 2, at(data), 15, at(sealed), sealed.length, out)).isFalse();
            for (int length = 0; length < sealed.length; length++) {
                assertThat(aead.open(at(key), 1, 2, at(data), 16, at(sealed), length, out))
                        .as("%d bytes", length).isFalse();
            }
            assertThat(aead.open(at(key), 1, 2, at(data), 16, at(sealed), sealed.length, out))
                    .as("unchanged").isTrue();
            assertThat(aead.open(at(key), 1, 2, at(data), 16, at(sealed), sealed.length, out))
                    .as("a second time").isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LIBCRYPTO", "LIBSODIUM"})
    void shouldAllocateNothingPerPacket(AeadProvider provider) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Aead aead = open(provider)) {
            long key = arena.allocate(Aead.KEY_BYTES).address();
            long plain = arena.allocate(1500).address();
            long sealed = arena.allocate(1500).address();
            long allocated = Long.MAX_VALUE;
            for (int round = 0; allocated >= 1000 && round < 100; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 1000; i++) {
                    aead.seal(key, 0, i, 0, 0, plain, 100, sealed);
                    if (!aead.open(key, 0, i, 0, 0, sealed, 116, plain)) {
                        throw new AssertionError("not what was sealed");
                    }
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(allocated).as("bytes for 1,000 packets").isLessThan(1000);
        }
    }

    @Test
    void shouldFindAProvider() {
        try (Aead aead = AeadProvider.openBest()) {
            System.out.println("provider=" + aead.provider());
            assertThat(AeadProvider.JDK.open()).isPresent();
        }
    }

    @Test
    void shouldDeriveTheSubkeyOfTheDraftsSection221() {
        byte[] key = HEX.parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        byte[] nonce = HEX.parseHex("000000090000004a0000000031415927");
        assertThat(HEX.formatHex(XChaCha20Poly1305.hChaCha20(key, nonce)))
                .isEqualTo("82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc");
    }

    /** draft-irtf-cfrg-xchacha-03, A.3.1. */
    @ParameterizedTest
    @EnumSource
    void shouldSealTheExampleOfTheXChaChaDraft(AeadProvider provider) {
        try (Aead aead = open(provider)) {
            byte[] key = HEX.parseHex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
            byte[] nonce = HEX.parseHex("404142434445464748494a4b4c4d4e4f5051525354555657");
            byte[] data = HEX.parseHex("50515253c0c1c2c3c4c5c6c7");
            byte[] plain = ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future,"
                    + " sunscreen would be it.").getBytes(StandardCharsets.US_ASCII);
            byte[] sealed = XChaCha20Poly1305.seal(aead, key, nonce, data, plain);
            assertThat(HEX.formatHex(sealed)).isEqualTo("""
                    bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb\
                    731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452\
                    2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9\
                    21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49""");
            assertThat(XChaCha20Poly1305.open(aead, key, nonce, data, sealed)).isEqualTo(plain);
            sealed[3]++;
            assertThat(XChaCha20Poly1305.open(aead, key, nonce, data, sealed)).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15})
    void shouldRefuseXChaChaTextsShorterThanATag(int bytes) {
        try (Aead aead = AeadProvider.openBest()) {
            assertThat(XChaCha20Poly1305.open(aead, new byte[32], new byte[24], new byte[0], new byte[bytes])).isNull();
        }
    }

    private Aead open(AeadProvider provider) {
        Optional<Aead> aead = provider.open();
        assumeTrue(aead.isPresent(), () -> "this host has no " + provider);
        return aead.get();
    }

    private byte[] seal(Aead aead, byte[] key, int constant, long counter, byte[] data, byte[] plain) {
        MemorySegment sealed = arena.allocate(plain.length + Aead.TAG_BYTES);
        aead.seal(at(key), constant, counter, at(data), data.length, at(plain), plain.length,
                sealed.address());
        return sealed.toArray(ValueLayout.JAVA_BYTE);
    }

    private long at(byte[] bytes) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes).address();
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
