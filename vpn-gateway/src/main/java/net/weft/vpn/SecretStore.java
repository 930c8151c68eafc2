package net.weft.vpn;

/**
 * Holds the keys that a gateway needs and that never stand in a revision: its private key and its peers' preshared keys. Control threads
 * only. The caller zeroes what it was given once it has used it.
 */
public interface SecretStore {
    int KEY_BYTES = 32;

    /**
     * Returns a key.
     *
     * @param name as the configuration gives it
     * @throws IllegalArgumentException if there is none of that name, or it is no key; the message names it, never its value
     */
    byte[] read(String name);

    /**
     * Stores a key, in place of any other of that name.
     *
     * @throws IllegalArgumentException if it cannot be stored
     */
    void write(String name, byte[] key);

    /** Removes a key, if there is one of that name; where that fails, it is logged. */
    void delete(String name);

    /** Returns a private key, and makes a random one where there is none of that name. */
    byte[] readOrMake(String name);
}
