package net.weft.controller.server;

import net.weft.controller.model.yaml.Validation;

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

    /** Returns a configuration without faults, for which there is memory; throws this exception with its faults otherwise. */
    static Validation.Valid valid(Validation validation) {
        return switch (validation) {
            case Validation.Valid valid -> {
                Capacity.check(valid.config());
                yield valid;
            }
            case Validation.Invalid invalid -> throw new RefusedException(new Refusal.Invalid(invalid.faults()));
        };
    }
}
