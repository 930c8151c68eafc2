package net.weft.wireguard;

/** A source of random bytes: {@code SecureRandom::nextBytes} in the product, a seeded generator in tests. Called by several threads. */
@FunctionalInterface
public interface Randomness {
    void fill(byte[] bytes);

    default byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        fill(bytes);
        return bytes;
    }
}
