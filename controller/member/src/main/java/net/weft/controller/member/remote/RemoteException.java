package net.weft.controller.member.remote;

/** The controller cannot be reached or refuses this member, or this member refuses it. The message says why and what to do. */
public final class RemoteException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final boolean isFinal;

    /** @param isFinal whether another attempt without a change by a person would fail in the same way */
    public RemoteException(String message, boolean isFinal) {
        super(message);
        this.isFinal = isFinal;
    }

    public boolean isFinal() {
        return isFinal;
    }
}
