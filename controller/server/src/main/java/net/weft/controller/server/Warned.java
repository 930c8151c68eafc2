package net.weft.controller.server;

import java.util.List;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.tree.Fault;

/** The warnings about a configuration as an edit finds them, which are looked for once. */
record Warned(FabricConfig config, List<Fault> warnings) {
    List<Fault> of(FabricConfig other) {
        return other == config ? warnings : FabricYaml.warnings(other);
    }
}
