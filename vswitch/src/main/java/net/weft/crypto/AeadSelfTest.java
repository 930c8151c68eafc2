package net.weft.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** The example of RFC 8439 §2.8.2, sealed, opened and refused when altered, as the gate that every provider passes before its use. */
final class AeadSelfTest {
    private static final byte[] PLAIN = ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for"
            + " the future, sunscreen would be it.").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = HexFormat.of().parseHex("50515253c0c1c2c3c4c5c6c7");
    private static final int NONCE_CONSTANT = 0x0000_0007;
    private static final long NONCE_COUNTER = 0x4746_4544_4342_4140L;
    private static final byte[] SEALED = HexFormat.of().parseHex("""
            d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6\
            3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36\
            92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc\
            3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691""");

    private AeadSelfTest() {
    }

    static boolean passes(Aead aead) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(Aead.KEY_BYTES);
            for (int i = 0; i < Aead.KEY_BYTES; i++) {
                key.set(ValueLayout.JAVA_BYTE, i, (byte) (0x80 + i));
            }
            long data = arena.allocateFrom(ValueLayout.JAVA_BYTE, DATA).address();
            MemorySegment plain = arena.allocateFrom(ValueLayout.JAVA_BYTE, PLAIN);
            MemorySegment sealed = arena.allocate(SEALED.length);
            aead.seal(key.address(), NONCE_CONSTANT, NONCE_COUNTER, data, DATA.length, plain.address(), PLAIN.length,
                    sealed.address());
            boolean right = Arrays.equals(sealed.toArray(ValueLayout.JAVA_BYTE), SEALED);
            plain.fill((byte) 0);
            right &= aead.open(key.address(), NONCE_CONSTANT, NONCE_COUNTER, data, DATA.length, sealed.address(),
                    SEALED.length, plain.address());
            right &= Arrays.equals(plain.toArray(ValueLayout.JAVA_BYTE), PLAIN);
            sealed.set(ValueLayout.JAVA_BYTE, 5, (byte) ~SEALED[5]);
            right &= !aead.open(key.address(), NONCE_CONSTANT, NONCE_COUNTER, data, DATA.length, sealed.address(),
                    SEALED.length, plain.address());
            return right;
        }
    }
}
