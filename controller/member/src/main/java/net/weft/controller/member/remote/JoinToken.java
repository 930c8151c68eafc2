package net.weft.controller.member.remote;

import java.util.Arrays;
import java.util.Base64;

/**
 * A token by which a member joins, as {@code weft member token} prints it.
 *
 * @param secret what the controller knows the token by
 * @param fingerprint SHA-256 of the certificate of the fabric's authority
 */
record JoinToken(byte[] secret, byte[] fingerprint) {
    private static final String PREFIX = "weft1.";
    private static final int SECRET_BYTES = 16;
    private static final int FINGERPRINT_BYTES = 32;

    /** @throws RemoteException if the text is no token */
    static JoinToken parse(String text) {
        try {
            if (text.startsWith(PREFIX)) {
                byte[] all = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
                if (all.length == SECRET_BYTES + FINGERPRINT_BYTES) {
                    return new JoinToken(Arrays.copyOf(all, SECRET_BYTES),
                            Arrays.copyOfRange(all, SECRET_BYTES, all.length));
                }
            }
        } catch (IllegalArgumentException _) {
            // No Base64: no token.
        }
        throw new RemoteException(
                "--token: is no token; expected the line that `weft member token N` printed, which begins"
                        + " with " + PREFIX,
                true);
    }
}
