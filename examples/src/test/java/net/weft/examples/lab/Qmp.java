package net.weft.examples.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** QEMU's machine protocol over the socket that {@code -qmp unix:PATH,server=on,wait=off} makes. */
public final class Qmp implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final SocketChannel channel;
    private final BufferedReader answers;

    /** Connects, and leaves the negotiation behind. */
    public Qmp(Path socket) {
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            answers = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            answers.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(socket + ": cannot be connected to", e);
        }
        execute("qmp_capabilities", Map.of());
    }

    /** Carries out a command; its {@code return}. Events on the way are passed over. */
    public JsonNode execute(String command, Map<String, ?> arguments) {
        try {
            byte[] request = JSON.writeValueAsBytes(Map.of("execute", command, "arguments", arguments));
            channel.write(ByteBuffer.wrap(request));
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                JsonNode answer = JSON.readTree(line);
                if (answer.has("error")) {
                    throw new AssertionError(command + ": " + answer.path("error").path("desc").asString());
                }
                if (answer.has("return")) {
                    return answer.path("return");
                }
            }
            throw new AssertionError(command + ": QEMU has gone");
        } catch (IOException e) {
            throw new UncheckedIOException(command, e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
