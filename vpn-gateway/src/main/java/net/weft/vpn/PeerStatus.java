package net.weft.vpn;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a peer at one time.
 *
 * @param spec its configuration
 * @param state {@code connected} with a session, {@code idle} without, {@code never} if it was never heard, {@code expired}
 * @param endpoint where it was heard from last, {@code 192.0.2.1:51820}; empty: never
 * @param lastHandshake when the last handshake was completed; null: never
 * @param receivedBytes bytes of its data messages
 * @param sentBytes bytes of data messages to it
 */
public record PeerStatus(PeerSpec spec, String state, String endpoint, @Nullable Instant lastHandshake,
        long receivedBytes,
        long sentBytes) {
}
