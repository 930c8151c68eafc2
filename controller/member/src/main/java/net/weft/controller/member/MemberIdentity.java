package net.weft.controller.member;

/**
 * Who a member is in its fabric. The keys are the same on all members of a fabric; they stand in no configuration,
 * revision or export, and reach another host only over mutual TLS.
 *
 * @param fabricId ID of the fabric, made at the first start of its first controller; never changes
 * @param member ID of this member
 * @param fabricKey {@value #KEY_BYTES} bytes that authenticate the fabric's loop probes
 * @param stackKey {@value #KEY_BYTES} bytes from which the keys of stack links are derived
 */
public record MemberIdentity(String fabricId, int member, byte[] fabricKey, byte[] stackKey) {
    public static final int KEY_BYTES = 32;

    public MemberIdentity {
        if (fabricKey.length != KEY_BYTES || stackKey.length != KEY_BYTES) {
            throw new IllegalArgumentException("keys of " + fabricKey.length + " and " + stackKey.length
                    + " bytes: expected " + KEY_BYTES + " each");
        }
        fabricKey = fabricKey.clone();
        stackKey = stackKey.clone();
    }

    @Override
    public byte[] fabricKey() {
        return fabricKey.clone();
    }

    @Override
    public byte[] stackKey() {
        return stackKey.clone();
    }

    /** Returns the fabric and the member; no key is printed. */
    @Override
    public String toString() {
        return "member " + member + " of fabric " + fabricId;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MemberIdentity(String id, int number, byte[] fabric, byte[] stack)
                && id.equals(fabricId) && number == member && java.security.MessageDigest.isEqual(fabric, fabricKey)
                && java.security.MessageDigest.isEqual(stack, stackKey);
    }

    @Override
    public int hashCode() {
        return 31 * fabricId.hashCode() + member;
    }
}
