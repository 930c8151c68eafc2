package net.weft.controller.server;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.VpnPeerConfig;
import net.weft.controller.model.plan.Change.Removed;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Position;

/** The tombstones of revoked VPN peers. No file and no roll-back lifts one; only {@code weft vpn add --again} does. */
final class RevokedKeys {
    private final Set<String> keys;

    /**
     * The changes that an edit makes to tombstones, beside those to the configuration. Peers are named {@code GATEWAY/PEER}.
     *
     * @param revoked peers whose keys are revoked from now on
     * @param again peers whose keys are admitted again if they were revoked
     */
    record Change(Set<String> revoked, Set<String> again) {
        static final Change NONE = new Change(Set.of(), Set.of());

        Change {
            revoked = Set.copyOf(revoked);
            again = Set.copyOf(again);
        }

        /** Returns whether a plan removes revoked peers and does nothing else. */
        boolean isAll(Plan plan) {
            Set<String> subjects = revoked.stream().map(peer -> "peer " + peer).collect(Collectors.toSet());
            return !revoked.isEmpty() && again.isEmpty() && plan.changes().stream().allMatch(
                    change -> change instanceof Removed && subjects.contains(change.subject()));
        }
    }

    private RevokedKeys(Set<String> keys) {
        this.keys = keys;
    }

    /** The tombstones of the newest revision. */
    RevokedKeys(Optional<Revision> last) {
        this(last.map(Revision::revokedKeys).orElse(Set.of()));
    }

    /** Returns the tombstones after an edit from one configuration to the other. */
    RevokedKeys after(Change change, FabricConfig before, FabricConfig after) {
        Set<String> left = new HashSet<>(keys);
        change.revoked.forEach(peer -> left.addAll(of(before, peer)));
        change.again.forEach(peer -> left.removeAll(of(after, peer)));
        return new RevokedKeys(left);
    }

    /**
     * Returns the tombstones after an edit.
     *
     * @throws RefusedException if it adds a peer whose key is revoked
     */
    RevokedKeys checked(Change change, FabricConfig before, FabricConfig after) {
        RevokedKeys left = after(change, before, after);
        List<Fault> returning = left.returning(before, after);
        if (!returning.isEmpty()) {
            throw new RefusedException(new Refusal.Invalid(returning));
        }
        return left;
    }

    /** Returns a fault for each peer of the new configuration, but not of the old one, whose key is revoked. */
    List<Fault> returning(FabricConfig before, FabricConfig after) {
        Map<String, String> old = byPath(before);
        List<Fault> faults = new ArrayList<>();
        byPath(after).forEach((path, key) -> {
            if (keys.contains(key) && !key.equals(old.get(path))) {
                faults.add(new Fault(Fault.Kind.CONFLICT, path, Position.NONE,
                        "was revoked, and stays so whatever a file says; `weft vpn add --again` admits it again"));
            }
        });
        return faults;
    }

    /** Returns the revoked keys. */
    Set<String> keys() {
        return Set.copyOf(keys);
    }

    private static Map<String, String> byPath(FabricConfig config) {
        Map<String, String> byPath = new TreeMap<>();
        config.vpn().values().forEach(gateway -> gateway.peers().values().forEach(peer -> add(peer, byPath)));
        return byPath;
    }

    private static void add(VpnPeerConfig peer, Map<String, String> byPath) {
        String path = "vpn." + peer.gateway() + ".peers." + peer.name() + ".";
        byPath.put(path + "public-key", peer.publicKey());
        peer.nextPublicKey().ifPresent(key -> byPath.put(path + "next-public-key", key));
    }

    /** Returns the keys of a peer; empty if there is none of that name. */
    private static Set<String> of(FabricConfig config, String name) {
        Map<String, String> byPath = new TreeMap<>();
        config.vpn().values().stream().flatMap(gateway -> gateway.peers().values().stream())
                .filter(peer -> peer.portName().equals(name)).forEach(peer -> add(peer, byPath));
        return new HashSet<>(byPath.values());
    }
}
