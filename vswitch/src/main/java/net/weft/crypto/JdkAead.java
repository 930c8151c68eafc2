package net.weft.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import net.weft.linux.Memory;

/**
 * {@link Aead} by the JDK's cipher. It copies text to the heap and back, allocates for each call, and leaves copies of the key to the
 * garbage collector, which cannot be zeroed; hosts with libcrypto or libsodium do not use it.
 */
final class JdkAead implements Aead {
    private static final String ALGORITHM = "ChaCha20-Poly1305";

    private final Cipher sealing;
    private final byte[] key = new byte[KEY_BYTES];
    private final byte[] nonce = new byte[Nonce.BYTES];

    JdkAead() {
        try {
            sealing = Cipher.getInstance(ALGORITHM);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no " + ALGORITHM, e);
        }
    }

    @Override
    public AeadProvider provider() {
        return AeadProvider.JDK;
    }

    @Override
    public void seal(long key, int nonceConstant, long nonceCounter, long data, int dataBytes, long plain,
            int plainBytes, long sealed) {
        try {
            byte[] out = run(sealing, Cipher.ENCRYPT_MODE, key, nonceConstant, nonceCounter, bytes(data, dataBytes),
                    bytes(plain, plainBytes));
            Memory.copy(out, 0, sealed, out.length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK refuses to encrypt " + plainBytes + " bytes", e);
        }
    }

    /** Opens with a cipher of its own each time: a used one refuses the nonce of a datagram that arrives twice. */
    @Override
    public boolean open(long key, int nonceConstant, long nonceCounter, long data, int dataBytes, long sealed,
            int sealedBytes, long plain) {
        if (sealedBytes < TAG_BYTES) {
            return false;
        }
        try {
            byte[] out = run(Cipher.getInstance(ALGORITHM), Cipher.DECRYPT_MODE, key, nonceConstant, nonceCounter,
                    bytes(data, dataBytes), bytes(sealed, sealedBytes));
            Memory.copy(out, 0, plain, out.length);
            return true;
        } catch (AEADBadTagException _) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK refuses to decrypt " + sealedBytes + " bytes", e);
        }
    }

    private byte[] run(Cipher cipher, int mode, long keyAddress, int nonceConstant, long nonceCounter, byte[] data,
            byte[] in) throws GeneralSecurityException {
        Memory.copy(keyAddress, key, 0, KEY_BYTES);
        ByteBuffer.wrap(nonce).order(ByteOrder.LITTLE_ENDIAN).putInt(nonceConstant).putLong(nonceCounter);
        try {
            cipher.init(mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(nonce));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
        cipher.updateAAD(data);
        return cipher.doFinal(in);
    }

    private static byte[] bytes(long address, int bytes) {
        byte[] copy = new byte[bytes];
        Memory.copy(address, copy, 0, bytes);
        return copy;
    }

    @Override
    public void close() {
        Arrays.fill(key, (byte) 0);
        Arrays.fill(nonce, (byte) 0);
    }
}
