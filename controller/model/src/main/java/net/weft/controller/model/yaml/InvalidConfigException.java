package net.weft.controller.model.yaml;

import java.util.List;
import java.util.stream.Collectors;

import net.weft.controller.model.yaml.tree.Fault;

/** A configuration is invalid; the message has one fault on each line. */
public final class InvalidConfigException extends RuntimeException {
    private final transient List<Fault> faults;

    InvalidConfigException(List<Fault> faults) {
        super(faults.stream().map(Fault::toString).collect(Collectors.joining("\n")));
        this.faults = List.copyOf(faults);
    }

    public List<Fault> faults() {
        return faults;
    }
}
