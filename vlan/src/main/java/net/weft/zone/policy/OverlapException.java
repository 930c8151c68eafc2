package net.weft.zone.policy;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Policies overlap so much that telling them apart takes more memory than there is for it. */
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

    /** Whose policies need most of it; null for the fabric's. */
    public @Nullable String tenant() {
        return tenant;
    }
}
