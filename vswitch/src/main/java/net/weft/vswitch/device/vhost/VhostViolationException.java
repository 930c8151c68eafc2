package net.weft.vswitch.device.vhost;

import net.weft.vswitch.burst.PortReason;

/**
 * Thrown when the front end violates the protocol or cannot be served. The message is one sentence, displayed by {@code
 * weft show ports}.
 */
final class VhostViolationException extends Exception {
    /** The message for a front end that does not share the guest's memory. */
    static final String NOT_SHARED = "the guest's memory is not shared: add -object"
            + " memory-backend-memfd,id=mem,size=SIZE,share=on -machine memory-backend=mem to QEMU, SIZE as in -m;"
            + " `weft guest` prints what a port needs";

    private static final long serialVersionUID = 1L;

    private final PortReason reason;
    private final String sentence;

    VhostViolationException(String message) {
        this(PortReason.GUEST_VIOLATION, message, "the front end broke the protocol: " + message);
    }

    private VhostViolationException(PortReason reason, String message, String sentence) {
        super(message);
        this.reason = reason;
        this.sentence = sentence;
    }

    /** The front end does not share the guest's memory. */
    static VhostViolationException notShared() {
        return refused(NOT_SHARED);
    }

    /** The front end complies with the protocol but violates a rule of the port. */
    static VhostViolationException refused(String sentence) {
        return new VhostViolationException(PortReason.GUEST_VIOLATION, sentence, sentence);
    }

    /** The front end complies with all rules, but a resource is exhausted. */
    static VhostViolationException noRoom(String sentence) {
        return new VhostViolationException(PortReason.NO_DEVICE, sentence, sentence);
    }

    /** The reason that the port reports. */
    PortReason reason() {
        return reason;
    }

    /** The message with the party at fault. */
    String sentence() {
        return sentence;
    }
}
