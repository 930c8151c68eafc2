package net.weft.controller.server;

import java.util.Optional;
import java.util.random.RandomGenerator;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.merge.ThreeWayMerge;
import net.weft.controller.model.revision.Commits;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.Validation;

/** Merges a file with what commands have changed since a file was last given. */
final class LastFile {
    private LastFile() {
    }

    /** @param file the file as it is now, with a system MAC */
    static ThreeWayMerge.Merged merged(Revision last, FabricConfig file, RandomGenerator random) {
        Optional<FabricConfig> before = last.fileText().map(FabricYaml::parse)
                .flatMap(parsed -> parsed instanceof Validation.Valid given
                        ? Optional.of(Commits.completed(Optional.of(last), given.config(), random))
                        : Optional.empty());
        return ThreeWayMerge.merge(before, file, last);
    }
}
