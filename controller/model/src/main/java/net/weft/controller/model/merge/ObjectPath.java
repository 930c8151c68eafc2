package net.weft.controller.model.merge;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.weft.controller.model.plan.Subjects;

/**
 * The place of an object in a file, such as {@code ports.web1} or {@code tenants.acme.policies.nightly}.
 *
 * @param keys the keys from the root on, a container and a name in turn; empty: the fabric's own keys
 */
record ObjectPath(List<String> keys) {
    static final ObjectPath FABRIC = new ObjectPath(List.of());
    static final String POLICIES = "policies";

    private static final Set<String> TOP = Set.of("members", "tenants", "zones", POLICIES, "ports", "lags", "uplinks",
            "vpn");
    private static final Map<String, Set<String>> BELOW = Map.of("tenants", Set.of("networks", "zones", POLICIES),
            "vpn", Set.of("peers"));
    private static final Map<String, String> WORDS = Map.of("members", "member", "tenants", "tenant", "networks",
            "network", "zones", "zone", POLICIES, "policy", "ports", "port", "lags", "lag", "uplinks", "uplink", "vpn",
            "gateway", "peers", "peer");
    private static final int DEPTH = 2;

    ObjectPath {
        keys = List.copyOf(keys);
    }

    /** Returns whether a key of this object holds objects of their own. */
    boolean isContainer(String key) {
        return switch (keys.size()) {
            case 0 -> TOP.contains(key);
            case DEPTH -> BELOW.getOrDefault(keys.getFirst(), Set.of()).contains(key);
            default -> false;
        };
    }

    ObjectPath child(String container, String name) {
        return new ObjectPath(Stream.concat(keys.stream(), Stream.of(container, name)).toList());
    }

    /** Returns the path of the object that holds this one. */
    ObjectPath parent() {
        return new ObjectPath(keys.subList(0, keys.size() - DEPTH));
    }

    String container() {
        return keys.get(keys.size() - DEPTH);
    }

    String name() {
        return keys.getLast();
    }

    boolean isPolicy() {
        return !keys.isEmpty() && container().equals(POLICIES);
    }

    /** Returns the name of the object in plans and origins; see {@link Subjects}. */
    String subject() {
        if (keys.isEmpty()) {
            return Subjects.FABRIC;
        }
        String scope = keys.size() == DEPTH ? "" : keys.get(1) + "/";
        return WORDS.getOrDefault(container(), container()) + " " + scope + name();
    }

    /** Returns the subject of the order of the policies beside this one. */
    String orderSubject() {
        return keys.size() == DEPTH ? POLICIES : POLICIES + " " + keys.get(1);
    }
}
