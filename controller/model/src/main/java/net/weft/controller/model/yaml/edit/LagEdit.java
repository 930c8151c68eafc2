package net.weft.controller.model.yaml.edit;

import java.util.List;
import net.weft.controller.model.yaml.bind.Section;
import net.weft.controller.model.yaml.tree.Node;

/**
 * The effect of a change of a LAG on its legs: a port that becomes a leg gives up its membership and settings, which now
 * belong to the LAG, and a port that is no leg any more goes, because it has no membership to go on with.
 */
final class LagEdit {
    private LagEdit() {
    }

    /** Returns the names of the legs of a LAG as they are written. */
    static List<String> legs(Node.Mapping lag) {
        return lag.get("ports").orElse(null) instanceof Node.Sequence names
                ? names.items().stream().filter(Node.Scalar.class::isInstance)
                        .map(name -> ((Node.Scalar) name).text()).toList()
                : List.of();
    }

    /** Adapts the ports of the tree to a change of a LAG. */
    static void adapt(Node.Mapping root, List<String> before, List<String> after) {
        Node.Mapping ports = FabricEdit.child(root, "ports");
        before.stream().filter(leg -> !after.contains(leg)).forEach(ports::remove);
        for (String leg : after) {
            if (!before.contains(leg) && ports.get(leg).orElse(null) instanceof Node.Mapping port) {
                Section.notOnLegs().forEach(port::remove);
            }
        }
    }
}
