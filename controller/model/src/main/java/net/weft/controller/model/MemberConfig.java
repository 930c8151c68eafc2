package net.weft.controller.model;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * One host of the fabric.
 *
 * @param id 1-{@value #MAX_ID}
 * @param priority 0-255, the higher is the likelier master; empty: not configured
 * @param management IP address by which the other members reach it, as written
 */
public record MemberConfig(int id, OptionalInt priority, Optional<String> management, WorkerConfig workers) {
    public static final int MAX_ID = 64;
    public static final int MAX_PRIORITY = 255;

    /** Returns the member with this ID and all defaults. */
    public static MemberConfig of(int id) {
        return new MemberConfig(id, OptionalInt.empty(), Optional.empty(), WorkerConfig.DEFAULT);
    }
}
