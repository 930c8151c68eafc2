package net.weft.vswitch.stack;

import java.util.List;

/**
 * The part of a switch in a stack.
 *
 * @param member number of this member, 1-65534; 0 for a switch that is in no stack
 * @param links its stack links
 */
public record StackSpec(int member, List<StackLinkSpec> links) {
    /** A switch that is in no stack. */
    public static final StackSpec NONE = new StackSpec(0, List.of());

    public StackSpec {
        links = List.copyOf(links);
    }
}
