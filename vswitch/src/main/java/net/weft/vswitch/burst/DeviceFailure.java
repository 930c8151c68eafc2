package net.weft.vswitch.burst;

/**
 * Why a device cannot be opened or stopped working.
 *
 * @param reason the word users see in {@code weft show ports}
 * @param message one sentence: what, which value, what to do
 */
public record DeviceFailure(PortReason reason, String message) {
}
