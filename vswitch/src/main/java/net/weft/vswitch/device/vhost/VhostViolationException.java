package net.weft.vswitch.device.vhost;

/** The other side broke the protocol; the message is one sentence for {@code weft show ports}. */
final class VhostViolationException extends Exception {
    private static final long serialVersionUID = 1L;

    VhostViolationException(String message) {
        super(message);
    }
}
