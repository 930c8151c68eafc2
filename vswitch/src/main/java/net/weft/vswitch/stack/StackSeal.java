package net.weft.vswitch.stack;

import java.lang.ref.Reference;
import net.weft.crypto.Aead;
import net.weft.crypto.AeadProvider;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens stack frames in the memory of one worker. On an authenticated link the whole frame from {@link StackFrame#VERSION} on
 * is associated data and nothing is encrypted; on a sealed one the headers are, and the inner frame is encrypted.
 */
final class StackSeal implements AutoCloseable {
    /** Result of {@link #open}: the seal is right. */
    static final int RIGHT = -1;
    private static final int NOT_AUTHENTICATED = DropReason.NOT_AUTHENTICATED.ordinal();
    private static final int REPLAYED = DropReason.REPLAYED.ordinal();
    private static final int NONCE = 0x57_45_46_54;

    private @Nullable Aead aead;

    private Aead aead() {
        Aead now = aead;
        if (now == null) {
            now = AeadProvider.openBest();
            aead = now;
        }
        return now;
    }

    /** Makes what the first frame would have to wait for. */
    void prepare() {
        aead();
    }

    /** Bytes by which the seal of a link lengthens a frame. */
    static int bytes(LinkProtection protection) {
        return protection == LinkProtection.NONE ? 0 : StackFrame.SEAL_BYTES;
    }

    /**
     * Numbers and seals a frame; its other fields are final.
     *
     * @param at address of the frame, with room for the seal behind it
     * @param length bytes without the seal
     * @return false if the link has no keys yet
     */
    boolean seal(long at, int length, LinkProtection protection, @Nullable StackSession session) {
        if (protection == LinkProtection.NONE) {
            Memory.putInt(at + StackFrame.SESSION, 0);
            Memory.putLong(at + StackFrame.SEQUENCE, 0);
            return true;
        }
        if (session == null) {
            return false;
        }
        long sequence = session.next();
        Memory.putIntBe(at + StackFrame.SESSION, session.id());
        Memory.putLongBe(at + StackFrame.SEQUENCE, sequence);
        boolean isSealed = protection == LinkProtection.SEALED;
        long text = isSealed ? at + StackFrame.INNER : at + length;
        int data = (int) (text - at) - StackFrame.VERSION;
        aead().seal(session.sendKey(), NONCE, sequence, at + StackFrame.VERSION, data, text, (int) (at + length - text),
                text);
        Reference.reachabilityFence(session);
        return true;
    }

    /**
     * Verifies a frame, and decrypts it in place where the link is sealed.
     *
     * @param inner offset of the inner frame
     * @param length bytes with the seal
     * @return {@link #RIGHT}, or the ordinal of the reason to drop the frame
     */
    int open(long at, int inner, int length, LinkProtection protection, @Nullable StackSession session) {
        if (protection == LinkProtection.NONE) {
            return RIGHT;
        }
        if (session == null || Memory.getIntBe(at + StackFrame.SESSION) != session.id()) {
            return NOT_AUTHENTICATED;
        }
        long sequence = Memory.getLongBe(at + StackFrame.SEQUENCE);
        long text = protection == LinkProtection.SEALED ? at + inner : at + length - StackFrame.SEAL_BYTES;
        int data = (int) (text - at) - StackFrame.VERSION;
        boolean isRight = aead().open(session.receiveKey(), NONCE, sequence, at + StackFrame.VERSION, data, text,
                (int) (at + length - text), text);
        Reference.reachabilityFence(session);
        return !isRight ? NOT_AUTHENTICATED : session.accept(sequence) ? RIGHT : REPLAYED;
    }

    @Override
    public void close() {
        if (aead != null) {
            aead.close();
        }
    }
}
