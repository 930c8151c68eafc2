package net.weft.vpn.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import net.weft.vpn.FileSecretStore;
import net.weft.vpn.GatewaySpec;
import net.weft.vpn.WebSocketSpec;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Datagrams inside WebSockets, with the JDK's client, and a UDP socket in the place of the gateway. */
@Timeout(60)
class WebSocketListenersTest {
    private static final int SECONDS = 20;

    @TempDir
    private Path directory = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private DatagramSocket gateway;
    @SuppressWarnings("NullAway.Init")
    private WebSocketListeners listeners;
    @SuppressWarnings("NullAway.Init")
    private HttpClient http;
    @SuppressWarnings("NullAway.Init")
    private GatewaySpec spec;
    @SuppressWarnings("NullAway.Init")
    private SSLContext tls;

    private static final class Messages implements WebSocket.Listener {
        final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            received.add(StandardCharsets.US_ASCII.decode(data).toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            received.add("closed");
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            received.add("closed");
        }
    }

    @BeforeEach
    void open() throws Exception {
        for (String file : List.of("office.crt", "office.tls.key")) {
            try (InputStream in = Objects.requireNonNull(WebSocketListenersTest.class.getResourceAsStream(file))) {
                Files.copy(in, directory.resolve(file));
            }
        }
        gateway = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        gateway.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SECONDS));
        spec = gateway(new WebSocketSpec(freePort(), "office.crt", "office.tls.key", "office.token"));
        listeners = new WebSocketListeners(directory, new FileSecretStore(directory));
        listeners.apply(List.of(spec));
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(directory.resolve("office.crt"))) {
            trusted.setCertificateEntry("office", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        tls = SSLContext.getInstance("TLS");
        tls.init(null, managers.getTrustManagers(), null);
        http = HttpClient.newBuilder().sslContext(tls).build();
    }

    @AfterEach
    void close() {
        listeners.close();
        http.shutdownNow();
        gateway.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private GatewaySpec gateway(@Nullable WebSocketSpec socket) {
        return new GatewaySpec("office", "office.key", gateway.getLocalPort(), GatewaySpec.DEFAULT_MTU, 0, socket,
                List.of(), List.of());
    }

    private String token() throws IOException {
        byte[] token = Base64.getDecoder().decode(Files.readString(directory.resolve("office.token")).strip());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    private URI uri(String scheme, String path) {
        return URI.create(scheme + "://localhost:" + Objects.requireNonNull(spec.webSocket()).listen() + "/" + path);
    }

    private WebSocket connect(String path, Messages messages) {
        return http.newWebSocketBuilder().buildAsync(uri("wss", path), messages).join();
    }

    private DatagramPacket received() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        gateway.receive(packet);
        return packet;
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void shouldCarryEachMessageAsOneDatagramBothWays() throws Exception {
        Messages messages = new Messages();
        WebSocket client = connect(token(), messages);
        String last = "";
        for (String text : List.of("one", "two", "x".repeat(1452))) {
            // The first messages may come before the bridge is there, as datagrams may be lost.
            DatagramPacket packet = sentUntilReceived(client, text);
            assertThat(text(packet)).isEqualTo(text);
            byte[] answer = ("re: " + text).getBytes(StandardCharsets.US_ASCII);
            gateway.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            last = messages.received.poll(SECONDS, TimeUnit.SECONDS);
            assertThat(last).isEqualTo("re: " + text);
        }
        assertThat(last).isNotEmpty();
    }

    private DatagramPacket sentUntilReceived(WebSocket client, String text) throws IOException {
        gateway.setSoTimeout(200);
        while (true) {
            client.sendBinary(bytes(text), true).join();
            try {
                return received();
            } catch (SocketTimeoutException _) {
                // sent before the bridge was there
            }
        }
    }

    @Test
    void shouldAnswerAnythingElseWithNotFound() throws Exception {
        for (String path : List.of("", "wrong", token() + "x")) {
            assertThatThrownBy(() -> connect(path, new Messages())).isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(WebSocketHandshakeException.class)
                    .satisfies(e -> assertThat(status(e.getCause())).isEqualTo(404));
        }
        assertThat(http.send(HttpRequest.newBuilder(uri("https", token())).build(),
                HttpResponse.BodyHandlers.discarding()).statusCode()).as("no upgrade").isEqualTo(404);
    }

    private static int status(@Nullable Throwable refusal) {
        return refusal instanceof WebSocketHandshakeException answered ? answered.getResponse().statusCode() : -1;
    }

    /** One answer, then the end, however many requests follow that would each be answered by the codec. */
    @Test
    void shouldAnswerAStrangerOnce() throws Exception {
        try (SSLSocket stranger = (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(),
                Objects.requireNonNull(spec.webSocket()).listen())) {
            stranger.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SECONDS));
            String request = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n";
            stranger.getOutputStream().write(request.repeat(20).getBytes(StandardCharsets.US_ASCII));
            stranger.getOutputStream().flush();
            String answers = new String(stranger.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answers).startsWith("HTTP/1.1 404").doesNotContain("413").doesNotContain("100 Continue");
            assertThat(answers.split("HTTP/1.1", -1)).hasSize(2);
        }
    }

    @Test
    void shouldTakeASlash64ForOneHost() throws Exception {
        InetAddress one = InetAddress.getByName("2001:db8:0:7::1");
        assertThat(WebSocketListener.isOneHost(one, InetAddress.getByName("2001:db8:0:7:8:9:a:b"))).isTrue();
        assertThat(WebSocketListener.isOneHost(one, InetAddress.getByName("2001:db8:0:8::1"))).isFalse();
        assertThat(WebSocketListener.isOneHost(one, InetAddress.getByName("198.51.100.1"))).isFalse();
        assertThat(WebSocketListener.isOneHost(InetAddress.getByName("198.51.100.1"),
                InetAddress.getByName("198.51.100.2"))).isFalse();
    }

    @Test
    void shouldHangUpOnTextAndOnMessagesThatAreTooLong() throws Exception {
        Messages text = new Messages();
        connect(token(), text).sendText("hello", true).join();
        assertThat(text.received.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("closed");
        Messages tooLong = new Messages();
        connect(token(), tooLong).sendBinary(ByteBuffer.allocate(WebSocketListener.MESSAGE_BYTES + 1), true);
        assertThat(tooLong.received.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("closed");
    }

    @Test
    void shouldBoundTheConnectionsOfOneAddress() throws Exception {
        for (int n = 0; n < WebSocketListener.CONNECTIONS_PER_ADDRESS; n++) {
            connect(token(), new Messages());
        }
        assertThatThrownBy(() -> connect(token(), new Messages())).isInstanceOf(CompletionException.class);
        assertThat(listeners.connected()).isEqualTo(WebSocketListener.CONNECTIONS_PER_ADDRESS);
        assertThatThrownBy(() -> connect("wrong", new Messages())).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void shouldBeThereOnlyWhileItIsWished() throws Exception {
        Messages messages = new Messages();
        connect(token(), messages);
        listeners.apply(List.of(spec));
        assertThat(listeners.connected()).as("the same again").isEqualTo(1);
        listeners.apply(List.of(gateway(null)));
        assertThat(messages.received.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("closed");
        assertThatThrownBy(() -> connect(token(), new Messages())).isInstanceOf(CompletionException.class);
        Awaitility.await().atMost(Duration.ofSeconds(SECONDS)).until(() -> listeners.connected() == 0);
    }

    @Test
    void shouldSayWhichFileIsMissing() {
        GatewaySpec faulty = gateway(new WebSocketSpec(1, "none.crt", "none.key", "office.token"));
        assertThatThrownBy(() -> listeners.apply(List.of(faulty))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("office").hasMessageContaining("none.crt");
    }
}
