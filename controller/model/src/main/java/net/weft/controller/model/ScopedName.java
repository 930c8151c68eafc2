package net.weft.controller.model;

import java.util.Optional;

/**
 * The name of a zone or a policy, in the scope of the fabric or of a tenant. Two tenants may use the same name.
 *
 * @param tenant the tenant that owns the object; empty: the fabric
 */
public record ScopedName(Optional<String> tenant, String name) {
    /** Returns the name of an object of the fabric itself. */
    public static ScopedName of(String name) {
        return new ScopedName(Optional.empty(), name);
    }

    public static ScopedName of(String tenant, String name) {
        return new ScopedName(Optional.of(tenant), name);
    }

    /** Parses the form that {@link #toString} writes. A text that is no valid name gives a name that no object has. */
    public static ScopedName parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? of(text) : of(text.substring(0, slash), text.substring(slash + 1));
    }

    /** Returns {@code dmz}, or {@code acme/batch}. */
    @Override
    public String toString() {
        return tenant.map(of -> of + "/" + name).orElse(name);
    }
}
