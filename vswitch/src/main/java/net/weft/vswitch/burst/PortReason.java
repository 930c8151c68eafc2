package net.weft.vswitch.burst;

import java.util.Locale;

/** Why a port is not up: the words of {@code weft show ports}. */
public enum PortReason {
    /** Nothing is wrong: the other side has not connected yet. */
    WAITING_FOR_GUEST,
    /** The interface or socket does not exist. */
    NO_DEVICE,
    /** The kernel refused: a capability or a file permission is missing. */
    NO_PERMISSION,
    /** Somebody else holds it. */
    DEVICE_IN_USE,
    /** The guest broke the protocol and is kept out. */
    GUEST_VIOLATION,
    /** The switch saw its own frames come back. */
    LOOP_DETECTED,
    /** A bridge spoke spanning tree where none may. */
    BPDU_GUARD,
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
