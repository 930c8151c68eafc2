package net.weft.controller.server;

/** A change was refused. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    RefusedException(Refusal refusal) {
        super(refusal.describe());
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
