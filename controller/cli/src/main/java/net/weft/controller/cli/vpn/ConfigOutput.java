package net.weft.controller.cli.vpn;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import net.weft.controller.cli.connect.FailedException;
import net.weft.v1.DescribeVpnClientResponse;
import net.weft.v1.VpnPeer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine;

/** The options that say where a client configuration goes to. */
final class ConfigOutput {
    @Option(names = "--endpoint", paramLabel = "HOST:PORT", description = "where the gateway is reached (default: its `endpoint` in fabric.yaml)")
    private @Nullable String endpoint;
    @Option(names = "--qr", description = "print a QR code below the configuration (default: on a terminal)")
    private boolean qr;
    @Option(names = "--no-qr", description = "print none, on a terminal either")
    private boolean noQr;
    @Option(names = "--png", paramLabel = "FILE", description = "write the QR code to a PNG file of mode 0600")
    private @Nullable String png;

    @Option(names = "--websocket", paramLabel = "URL", description = "for a device behind a firewall that lets only HTTPS out: wss://HOST/TOKEN of the gateway's `websocket`; websocat must run there")
    private @Nullable String webSocket;

    /** Returns the URL of the WebSocket that the device uses; empty: it uses UDP. */
    Optional<String> webSocket() {
        if (webSocket != null && !webSocket.startsWith("wss://")) {
            throw new FailedException("weft: --websocket " + webSocket + ": expected wss://HOST/TOKEN");
        }
        return Optional.ofNullable(webSocket);
    }

    /** @throws FailedException if neither the option nor the gateway names one */
    String endpoint(DescribeVpnClientResponse gateway) {
        if (webSocket().isPresent()) {
            return "";
        }
        String named = endpoint == null ? gateway.getEndpoint() : endpoint;
        if (named.isEmpty()) {
            throw new FailedException(
                    "weft: where is the gateway reached? Say it with --endpoint HOST:PORT, or set `endpoint` of the gateway in fabric.yaml");
        }
        return named;
    }

    void print(ClientConfig config, CommandLine command) {
        String text = config.toString();
        PrintWriter out = command.getOut();
        out.print(text);
        boolean terminal = System.console() != null && System.console().isTerminal();
        if (!noQr && (qr || terminal && png == null)) {
            out.print("\n" + new QrImage(text).text());
        }
        if (png != null) {
            write(Path.of(png), new QrImage(text).png());
        }
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.deleteIfExists(file);
            try (var channel = Files.newByteChannel(file,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                channel.write(ByteBuffer.wrap(bytes));
            }
        } catch (IOException e) {
            throw new FailedException("weft: " + file + " cannot be written: " + e.getMessage());
        }
    }

    /**
     * Returns what stands for a peer's preshared key.
     *
     * @param file the file with the key; null: its place is left open
     */
    static Optional<String> presharedKey(VpnPeer peer, @Nullable String file) {
        if (file != null && !peer.getHasPresharedKey()) {
            throw new FailedException("weft: peer " + peer.getGateway() + "/" + peer.getPeer()
                    + " has no preshared key; leave --preshared-key-file out, or set `preshared-key-file` of the peer in fabric.yaml");
        }
        return peer.getHasPresharedKey()
                ? Optional.of(file == null ? ClientConfig.NO_PRESHARED_KEY : key(file))
                : Optional.empty();
    }

    /** Reads a private or preshared key from a file. */
    static String key(String file) {
        try {
            String key = Files.readString(Path.of(file), StandardCharsets.US_ASCII).strip();
            if (key.length() == 44 && key.endsWith("=")) {
                return key;
            }
            throw new FailedException(
                    "weft: " + file
                            + " holds no key; expected the 44 characters that `wg genkey` and `wg genpsk` write");
        } catch (IOException e) {
            throw new FailedException("weft: " + file + " cannot be read: " + e.getMessage());
        }
    }
}
