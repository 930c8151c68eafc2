package net.weft.controller.model;

import java.util.Optional;

/**
 * The name of a zone or a policy: the fabric's own, or with its tenant's. Tenants may use the same names.
 *
 * @param tenant whose it is; empty: the fabric's
 */
public record ScopedName(Optional<String> tenant, String name) {
    /** One of the fabric's own. */
    public static ScopedName of(String name) {
        return new ScopedName(Optional.empty(), name);
    }

    public static ScopedName of(String tenant, String name) {
        return new ScopedName(Optional.of(tenant), name);
    }

    /** Reads what {@link #toString} writes; what is no name stays one that no object has. */
    public static ScopedName parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? of(text) : of(text.substring(0, slash), text.substring(slash + 1));
    }

    /** {@code dmz}, or {@code acme/batch}. */
    @Override
    public String toString() {
        return tenant.map(of -> of + "/" + name).orElse(name);
    }
}
