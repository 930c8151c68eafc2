package net.weft.examples.bench.vhost;

import java.util.List;

/** A running switch between two sockets, its packets on {@link #PROCESSOR}. The bed's laboratory stops it. */
interface VhostSwitch {
    /** The processor of its packet thread. The machines have the other, {@link LoopGenerator#PROCESSOR}. */
    int PROCESSOR = 1;
    int VLAN = 10;

    ProcessHandle process();

    /** What made it what it is: commands, or its configuration file. */
    List<String> configuration();

    /** What it says about itself after the measurements. */
    String account();
}
