package net.weft.controller.model.yaml;

import java.util.List;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.tree.Fault;

/** What came of checking a configuration: the records, or every fault. */
public sealed interface Validation {
    /** @param warnings what is legal, but perhaps not meant, in the order of the text */
    record Valid(FabricConfig config, List<Fault> warnings) implements Validation {
        public Valid {
            warnings = List.copyOf(warnings);
        }
    }

    /** @param faults at least one, in the order of the text */
    record Invalid(List<Fault> faults) implements Validation {
        public Invalid {
            faults = List.copyOf(faults);
        }
    }

    /** Empty if valid. */
    default List<Fault> faults() {
        return this instanceof Invalid invalid ? invalid.faults() : List.of();
    }

    /** Empty if there is nothing to say, or if invalid. */
    default List<Fault> warnings() {
        return this instanceof Valid valid ? valid.warnings() : List.of();
    }

    /** @throws InvalidConfigException with every fault, if there is one */
    default FabricConfig orElseThrow() {
        return switch (this) {
            case Valid valid -> valid.config();
            case Invalid invalid -> throw new InvalidConfigException(invalid.faults());
        };
    }
}
