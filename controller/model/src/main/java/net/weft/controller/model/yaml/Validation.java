package net.weft.controller.model.yaml;

import java.util.List;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.tree.Fault;

/** The result of a validation: the records, or every fault. */
public sealed interface Validation {
    /**
     * The configuration is valid.
     *
     * @param warnings warnings about legal but probably unintended settings, in the order of the text
     */
    record Valid(FabricConfig config, List<Fault> warnings) implements Validation {
        public Valid {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * The configuration is invalid.
     *
     * @param faults at least one, in the order of the text
     */
    record Invalid(List<Fault> faults) implements Validation {
        public Invalid {
            faults = List.copyOf(faults);
        }
    }

    /** Returns the faults; empty if the configuration is valid. */
    default List<Fault> faults() {
        return this instanceof Invalid invalid ? invalid.faults() : List.of();
    }

    /** Returns the warnings; empty if there are none, or if the configuration is invalid. */
    default List<Fault> warnings() {
        return this instanceof Valid valid ? valid.warnings() : List.of();
    }

    /**
     * Returns the configuration.
     *
     * @throws InvalidConfigException with every fault, if there is one
     */
    default FabricConfig orElseThrow() {
        return switch (this) {
            case Valid valid -> valid.config();
            case Invalid invalid -> throw new InvalidConfigException(invalid.faults());
        };
    }
}
