package net.weft.controller.server;

import java.util.List;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.tree.Fault;

/** The warnings about a configuration as an edit finds them, which takes time where it is large, and so is done once. */
record KnownWarnings(FabricConfig config, List<Fault> warnings) {
    List<Fault> of(FabricConfig other) {
        return other == config ? warnings : FabricYaml.warnings(other);
    }
}
