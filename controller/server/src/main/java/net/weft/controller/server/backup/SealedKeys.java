package net.weft.controller.server.backup;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys sealed by a passphrase: salt (16 bytes), nonce (12 bytes), then AES-256-GCM (NIST SP 800-38D) of lines with name and base64. The
 * key of the seal is PBKDF2-HMAC-SHA-256 (RFC 8018 §5.2) of the passphrase, with {@value #ITERATIONS} iterations.
 */
final class SealedKeys {
    private static final int ITERATIONS = 600_000;
    private static final int SALT = 16;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY_BITS = 256;

    private SealedKeys() {
    }

    static byte[] seal(Map<String, byte[]> keys, String passphrase, SecureRandom random) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(keys).forEach((name, key) -> text.append(name).append('\t')
                .append(Base64.getEncoder().encodeToString(key)).append('\n'));
        byte[] salt = new byte[SALT];
        byte[] nonce = new byte[NONCE];
        random.nextBytes(salt);
        random.nextBytes(nonce);
        byte[] plain = text.toString().getBytes(StandardCharsets.UTF_8);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, passphrase, salt, nonce).doFinal(plain);
            return ByteBuffer.allocate(SALT + NONCE + sealed.length).put(salt).put(nonce).put(sealed).array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /** @throws InvalidBackupException if the passphrase is another, or the bytes are damaged */
    static Map<String, byte[]> open(byte[] sealed, String passphrase) {
        if (sealed.length < SALT + NONCE) {
            throw new InvalidBackupException("the sealed keys break off");
        }
        byte[] salt = Arrays.copyOf(sealed, SALT);
        byte[] nonce = Arrays.copyOfRange(sealed, SALT, SALT + NONCE);
        try {
            byte[] plain = cipher(Cipher.DECRYPT_MODE, passphrase, salt, nonce).doFinal(sealed, SALT + NONCE,
                    sealed.length - SALT - NONCE);
            Map<String, byte[]> keys = new TreeMap<>();
            new String(plain, StandardCharsets.UTF_8).lines().map(line -> line.split("\t", 2))
                    .forEach(line -> keys.put(line[0], Base64.getDecoder().decode(line[1])));
            return keys;
        } catch (AEADBadTagException e) {
            throw new InvalidBackupException("the passphrase does not open the keys of the backup");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        }
    }

    private static Cipher cipher(int mode, String passphrase, byte[] salt, byte[] nonce)
            throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(passphrase.toCharArray(), salt, ITERATIONS, KEY_BITS);
        byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
        spec.clearPassword();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        Arrays.fill(key, (byte) 0);
        return cipher;
    }
}
