package net.weft.vswitch.device.vhost;

import net.weft.vswitch.burst.PortReason;

/** The other side broke the protocol, or cannot be served; the message is one sentence for {@code weft show ports}. */
final class VhostViolationException extends Exception {
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

    /** The front end keeps the guest's memory to itself. */
    static VhostViolationException notShared() {
        return refused(GuestMemory.NOT_SHARED);
    }

    /** It keeps to the protocol, and to none of the port's rules. */
    static VhostViolationException refused(String sentence) {
        return new VhostViolationException(PortReason.GUEST_VIOLATION, sentence, sentence);
    }

    /** It keeps to all rules, and there is not enough of something left. */
    static VhostViolationException noRoom(String sentence) {
        return new VhostViolationException(PortReason.NO_DEVICE, sentence, sentence);
    }

    /** What the port says from now on. */
    PortReason reason() {
        return reason;
    }

    /** The message, and whose fault it is. */
    String sentence() {
        return sentence;
    }
}
