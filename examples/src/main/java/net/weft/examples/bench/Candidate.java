package net.weft.examples.bench;

import java.util.List;
import java.util.Optional;

/** A running switch that joins the two cables of a {@link Bed}. The bed's laboratory stops it. */
interface Candidate {
    /** Its process; empty where the kernel itself is the switch. */
    Optional<ProcessHandle> process();

    /** What made it what it is: commands, or its configuration file. */
    List<String> configuration();

    /** What it says about itself after the measurements; empty where it says nothing. */
    default String account() {
        return "";
    }
}
