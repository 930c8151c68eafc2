package net.weft.examples.bench;

import java.util.List;
import java.util.Optional;

/** A running switch that joins the two cables of a {@link Bed}. The bed's laboratory stops it. */
interface Candidate {
    /** Its process; empty where the kernel itself is the switch. */
    Optional<ProcessHandle> process();

    /** The commands or the configuration file that set it up. */
    List<String> configuration();

    /** Its own counters after the measurements; empty where it has none. */
    default String account() {
        return "";
    }
}
