package net.weft.examples.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** TCP transfers that are checked by SHA-256 on the far side: the two services of {@code examples/guest/init}, and their clients. */
public final class Transfer {
    /** Answers with the digest of what it is sent. */
    public static final int DIGEST_PORT = 5001;
    /** Sends its payload to whoever connects. */
    public static final int PAYLOAD_PORT = 5002;
    private static final int TIMEOUT_MS = 30_000;

    private Transfer() {
    }

    /** Seeded bytes: one seed, one payload. */
    public static byte[] payload(long seed, int bytes) {
        byte[] payload = new byte[bytes];
        new Random(seed).nextBytes(payload);
        return payload;
    }

    public static String digest(byte[] payload) {
        return HexFormat.of().formatHex(sha256().digest(payload));
    }

    /** Sends {@code payload} from {@code from} to a digest service and returns what that side computed. */
    public static String send(Namespace from, InetSocketAddress to, byte[] payload) {
        return from.call(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(to, TIMEOUT_MS);
                socket.setSoTimeout(TIMEOUT_MS);
                socket.getOutputStream().write(payload);
                socket.shutdownOutput();
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                return answer.split(" ", 2)[0].strip();
            }
        });
    }

    /** Receives what a payload service sends, and returns its digest. */
    public static String fetch(Namespace to, InetSocketAddress from) {
        return to.call(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(from, TIMEOUT_MS);
                socket.setSoTimeout(TIMEOUT_MS);
                socket.shutdownOutput();
                return digest(socket.getInputStream());
            }
        });
    }

    /** Begins to receive what a payload service sends. */
    public static Fetch begin(Namespace to, InetSocketAddress from) {
        return to.call(() -> {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(1 << 16);
            socket.connect(from, TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            return new Fetch(socket);
        });
    }

    /** A transfer that is read bit by bit. */
    public static final class Fetch implements AutoCloseable {
        private final Socket socket;
        private final MessageDigest digest = sha256();

        private Fetch(Socket socket) {
            this.socket = socket;
        }

        /** Reads so many bytes. */
        public void read(int bytes) throws IOException {
            byte[] block = socket.getInputStream().readNBytes(bytes);
            if (block.length < bytes) {
                throw new IOException("ended " + (bytes - block.length) + " bytes early");
            }
            digest.update(block);
        }

        /** Reads the rest, and returns the digest of all. */
        public String rest() throws IOException {
            digest.update(socket.getInputStream().readAllBytes());
            return HexFormat.of().formatHex(digest.digest());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** A digest service in a namespace, for as long as the laboratory lives. */
    public static void serve(Lab lab, Namespace namespace) {
        ServerSocket server = lab.closing(namespace.call(() -> new ServerSocket(DIGEST_PORT)));
        Thread.ofPlatform().daemon().name("digests in " + namespace.name()).start(() -> {
            try {
                while (true) {
                    Socket client = server.accept();
                    Thread.ofVirtual().start(() -> answer(client));
                }
            } catch (Exception e) {
                return; // closed with the laboratory
            }
        });
    }

    private static void answer(Socket client) {
        try (client; InputStream in = client.getInputStream(); OutputStream out = client.getOutputStream()) {
            client.setSoTimeout(TIMEOUT_MS);
            out.write((digest(in) + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (Exception e) {
            return; // the sender sees a broken answer and says so
        }
    }

    private static String digest(InputStream in) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[65_536];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
