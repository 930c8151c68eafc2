package net.weft.vpn;

/**
 * The WebSocket of a gateway. Files are relative to the data directory.
 *
 * @param listen TCP port
 * @param certificateFile certificate chain, PEM
 * @param certificateKeyFile private key of the certificate, PEM (PKCS #8)
 * @param token name of the secret that is the path of the WebSocket, in the {@code SecretStore}; made where it is missing
 */
public record WebSocketSpec(int listen, String certificateFile, String certificateKeyFile, String token) {
}
