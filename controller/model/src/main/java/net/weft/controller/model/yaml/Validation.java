package net.weft.controller.model.yaml;

import java.util.List;

import net.weft.controller.model.FabricConfig;

/** What came of checking a configuration: the records, or every fault. */
public sealed interface Validation {
    record Valid(FabricConfig config) implements Validation {
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

    /** @throws InvalidConfigException with every fault, if there is one */
    default FabricConfig orElseThrow() {
        return switch (this) {
            case Valid valid -> valid.config();
            case Invalid invalid -> throw new InvalidConfigException(invalid.faults());
        };
    }
}
