package net.weft.vswitch.burst;

import java.util.Locale;

/** The reasons for which a port is not up, as {@code weft show ports} displays them. */
public enum PortReason {
    /** The guest has not connected yet; this is no error. */
    WAITING_FOR_GUEST,
    /** The interface or socket does not exist. */
    NO_DEVICE,
    /** The kernel refused: a capability or a file permission is missing. */
    NO_PERMISSION,
    /** Another process uses the device. */
    DEVICE_IN_USE,
    /** The guest violated the protocol and was disconnected. */
    GUEST_VIOLATION,
    /** The switch received its own loop probes. */
    LOOP_DETECTED,
    /** A BPDU arrived on a port with BPDU guard. */
    BPDU_GUARD,
    /** Addresses moved to the port again and again, and the port has {@code mac-move: shut}. */
    MAC_MOVE,
    /** The interface exists, but its link is down. */
    CARRIER_DOWN,
    /** The configuration says {@code enabled: false}. */
    DISABLED,
    /** The lost half of a split stack keeps its ports shut. */
    RECOVERY,
    /** The peer of a tunnel does not answer. */
    PEER_UNREACHABLE,
    /** The worker that serves the port hangs, so that nothing is forwarded. */
    WORKER_STUCK;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The word users see, for example {@code waiting-for-guest}. */
    public String label() {
        return label;
    }
}
