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

    /**
     * Merges a file.
     *
     * @param text the text of the file as it is now
     * @param file what it says, with a system MAC
     */
    static ThreeWayMerge.Merged merged(Revision last, String text, FabricConfig file, RandomGenerator random) {
        Optional<FabricConfig> before = last.fileText().equals(Optional.of(text))
                ? Optional.of(file)
                : before(last, random);
        return ThreeWayMerge.merge(before, file, last);
    }

    private static Optional<FabricConfig> before(Revision last, RandomGenerator random) {
        return last.fileText().map(FabricYaml::parse)
                .flatMap(parsed -> parsed instanceof Validation.Valid given
                        ? Optional.of(Commits.completed(Optional.of(last), given.config(), random))
                        : Optional.empty());
    }
}
