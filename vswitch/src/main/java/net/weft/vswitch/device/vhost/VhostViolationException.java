package net.weft.vswitch.device.vhost;

/** The other side broke the protocol, or cannot be served; the message is one sentence for {@code weft show ports}. */
final class VhostViolationException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    VhostViolationException(String message) {
        this(message, "the front end broke the protocol: " + message);
    }

    private VhostViolationException(String message, String sentence) {
        super(message);
        this.sentence = sentence;
    }

    /** The front end keeps the guest's memory to itself. */
    static VhostViolationException notShared() {
        return new VhostViolationException(GuestMemory.NOT_SHARED, GuestMemory.NOT_SHARED);
    }

    /** The message, and whose fault it is. */
    String sentence() {
        return sentence;
    }
}
