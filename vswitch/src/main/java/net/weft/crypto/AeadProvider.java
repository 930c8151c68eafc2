package net.weft.crypto;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where ChaCha20-Poly1305 comes from, in the order of preference. Measured on an x86-64 processor with AVX-512, libcrypto is the fastest
 * for packets of 1,420 bytes and the JDK's cipher the slowest; docs/wireguard.md has the figures.
 */
public enum AeadProvider {
    LIBCRYPTO(LibcryptoAead::new), LIBSODIUM(LibsodiumAead::new), JDK(JdkAead::new);

    private final Supplier<Aead> maker;

    AeadProvider(Supplier<Aead> maker) {
        this.maker = maker;
    }

    /** An instance for the calling thread, or empty if the host lacks the library or the library fails the known-answer test. */
    public Optional<Aead> open() {
        Aead aead;
        try {
            aead = maker.get();
        } catch (LinkageError | IllegalArgumentException | IllegalStateException _) {
            return Optional.empty();
        }
        if (!AeadSelfTest.passes(aead)) {
            aead.close();
            return Optional.empty();
        }
        return Optional.of(aead);
    }

    /**
     * Opens the first provider that this host has.
     *
     * @throws IllegalStateException if not even the JDK's works
     */
    public static Aead openBest() {
        for (AeadProvider provider : values()) {
            Optional<Aead> aead = provider.open();
            if (aead.isPresent()) {
                return aead.get();
            }
        }
        throw new IllegalStateException("no provider of ChaCha20-Poly1305 passes its known-answer test; expected at"
                + " least the JDK's (module java.base, algorithm ChaCha20-Poly1305)");
    }
}
