package net.weft.controller.model;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The settings of a port as the end of a cable.
 *
 * @param portPriority LACP port priority of a leg, 0-{@value #MAX_PRIORITY}, the lower is preferred; empty: the default
 * @param lldp whether LLDP is sent and received; empty: on a port of type {@code nic} only
 */
public record LinkConfig(OptionalInt portPriority, Optional<Boolean> lldp) {
    public static final int MAX_PRIORITY = 65_535;
    public static final LinkConfig DEFAULT = new LinkConfig(OptionalInt.empty(), Optional.empty());
}
