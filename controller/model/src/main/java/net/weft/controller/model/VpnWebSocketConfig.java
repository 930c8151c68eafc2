package net.weft.controller.model;

/**
 * The TLS WebSocket by which peers reach a VPN gateway where a firewall lets only HTTPS out. Files are relative to the data directory.
 *
 * @param listen TCP port
 * @param certificateFile certificate chain, PEM
 * @param certificateKeyFile private key of the certificate, PEM
 * @param tokenFile file of the secret that is the path; made where it is missing
 */
public record VpnWebSocketConfig(int listen, String certificateFile, String certificateKeyFile, String tokenFile) {
    public static final int DEFAULT_LISTEN = 443;

    /** Returns the file of the certificate where the configuration names none. */
    public static String defaultCertificateFile(String gateway) {
        return gateway + ".crt";
    }

    /** Returns the file of the certificate's key where the configuration names none. */
    public static String defaultCertificateKeyFile(String gateway) {
        return gateway + ".tls.key";
    }

    /** Returns the file of the token where the configuration names none. */
    public static String defaultTokenFile(String gateway) {
        return gateway + ".token";
    }
}
