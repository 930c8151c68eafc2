package net.weft.controller.model.yaml.keep;

import java.util.Optional;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.Validation;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.write.FabricTree;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/**
 * Writes a configuration as the file that it came from, changed only where the configuration differs from that file. The result is parsed,
 * and if it is not the configuration, the canonical text is the answer.
 */
public final class KeptFile {
    private KeptFile() {
    }

    /**
     * Returns a text that parses to the configuration.
     *
     * @param file the file that was given last; empty: the canonical text is returned
     */
    public static String write(FabricConfig config, Optional<String> file) {
        return file.flatMap(text -> edited(config, text)).orElseGet(() -> FabricYaml.write(config));
    }

    private static Optional<String> edited(FabricConfig config, String text) {
        if (!(FabricYaml.parse(text) instanceof Validation.Valid before)) {
            return Optional.empty();
        }
        if (before.config().equals(config)) {
            return Optional.of(text);
        }
        Node.Mapping old = FabricTree.of(before.config());
        Node.Mapping wanted = FabricTree.of(config);
        return root(text).map(root -> new TreeEdit(text).of(root, old, wanted))
                .filter(edited -> FabricYaml.parse(edited) instanceof Validation.Valid after
                        && after.config().equals(config));
    }

    private static Optional<MappingNode> root(String text) {
        LoadSettings settings = LoadSettings.builder().setCodePointLimit(FabricYaml.MAX_BYTES).build();
        try {
            return new Compose(settings).composeString(text).filter(MappingNode.class::isInstance)
                    .map(MappingNode.class::cast);
        } catch (YamlEngineException e) {
            return Optional.empty();
        }
    }
}
