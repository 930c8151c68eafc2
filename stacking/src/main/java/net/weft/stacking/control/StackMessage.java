package net.weft.stacking.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A control message between two members that share a stack link. */
public sealed interface StackMessage {
    /** Who sent it. */
    Sender sender();

    /**
     * Tells the neighbour that the sender is alive and whom it hears.
     *
     * @param publicKey X25519 public key that the sender made for this session, 32 bytes
     * @param heard the neighbour that the sender hears on this link; null while it hears none
     * @param states digest of the link states that the sender has, see {@code LinkStates.digest}
     */
    record Hello(Sender sender, PublicKey publicKey, @Nullable Heard heard, long states) implements StackMessage {
    }

    /**
     * The neighbour that the sender of a hello hears.
     *
     * @param member number of the neighbour
     * @param session the neighbour's session
     */
    record Heard(int member, long session) {
    }

    /** Link states that the receiver may lack. */
    record States(Sender sender, List<MemberState> states) implements StackMessage {
        public States {
            states = List.copyOf(states);
        }
    }
}
