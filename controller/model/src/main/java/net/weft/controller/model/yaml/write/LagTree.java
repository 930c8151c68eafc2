package net.weft.controller.model.yaml.write;

import java.util.List;
import java.util.Locale;
import net.weft.controller.model.LagSettings;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.value.TimeSpan;

/** Converts the settings of a LAG to the tree that would bind to them. Keys with their default are left out. */
final class LagTree {
    private LagTree() {
    }

    static void settings(LagSettings lag, Node.Mapping keys) {
        keys.add("ports", names(lag.ports()));
        if (lag.lacp() != LagSettings.Lacp.ACTIVE) {
            keys.add("lacp", Node.Scalar.of(lag.lacp().name().toLowerCase(Locale.ROOT)));
        }
        if (lag.fast()) {
            keys.add("rate", Node.Scalar.of("fast"));
        }
        if (lag.hash() != LagSettings.Hash.L3_L4) {
            keys.add("hash", Node.Scalar.of(lag.hash().word()));
        }
        if (lag.minLinks() != 1) {
            keys.add("min-links", Node.Scalar.of(lag.minLinks()));
        }
        lag.systemPriority().ifPresent(priority -> keys.add("system-priority", Node.Scalar.of(priority)));
        if (lag.waitToRestoreSeconds() != 0) {
            keys.add("wait-to-restore", Node.Scalar.of(TimeSpan.text(lag.waitToRestoreSeconds())));
        }
        if (lag.fallback()) {
            keys.add("fallback", Node.Scalar.of("one-leg"));
        }
        if (!lag.drained().isEmpty()) {
            keys.add("drained", names(lag.drained()));
        }
    }

    private static Node.Sequence names(List<String> names) {
        return new Node.Sequence(names.stream().<Node>map(Node.Scalar::of).toList(), Position.NONE);
    }
}
