package net.weft.zone.policy;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Thrown when policies overlap so much that their lookup tables exceed the memory budget. */
public final class OverlapException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final @Nullable String tenant;

    OverlapException(@Nullable String tenant, int policies, String field, int megabytes) {
        super(field + " of " + policies + " policies overlap so much that telling them apart takes more than "
                + megabytes
                + " MB; name fewer ranges and prefixes that lie across each other");
        this.tenant = tenant;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** Returns the tenant whose policies use most of the budget; null for the fabric's. */
    public @Nullable String tenant() {
        return tenant;
    }
}
