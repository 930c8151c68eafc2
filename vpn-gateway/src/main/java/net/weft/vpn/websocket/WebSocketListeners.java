package net.weft.vpn.websocket;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import net.weft.vpn.GatewaySpec;
import net.weft.vpn.SecretStore;
import net.weft.vpn.WebSocketSpec;

/** The WebSockets of a member's gateways, as the configuration wishes them; without any there is neither thread nor port. Any thread. */
public final class WebSocketListeners implements AutoCloseable {
    private final Path directory;
    private final SecretStore secrets;
    private final Map<String, WebSocketListener> listeners = new HashMap<>();
    private EventLoopGroup loop = none();

    /** @param directory the data directory */
    public WebSocketListeners(Path directory, SecretStore secrets) {
        this.directory = directory;
        this.secrets = secrets;
    }

    /** A group that starts its only thread with the first listener. */
    private static EventLoopGroup none() {
        return new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("weft-vpn-websocket", true),
                NioIoHandler.newFactory());
    }

    /**
     * Opens and closes WebSockets. One that stays keeps its connections, unless its certificate was replaced.
     *
     * @throws IllegalArgumentException with every fault, such as a certificate that cannot be read; everything without fault is as wished
     */
    public synchronized void apply(List<GatewaySpec> gateways) {
        Map<String, GatewaySpec> wished = new LinkedHashMap<>();
        gateways.stream().filter(gateway -> gateway.webSocket() != null)
                .forEach(gateway -> wished.put(gateway.name(), gateway));
        listeners.entrySet().removeIf(entry -> {
            GatewaySpec next = wished.get(entry.getKey());
            boolean stays = next != null && entry.getValue().serves(next, directory);
            if (!stays) {
                entry.getValue().close();
            }
            return !stays;
        });
        Map<String, String> faults = new LinkedHashMap<>();
        wished.values().stream().filter(gateway -> !listeners.containsKey(gateway.name())).forEach(gateway -> {
            try {
                listeners.put(gateway.name(), open(gateway));
            } catch (IllegalArgumentException e) {
                faults.put(gateway.name(), String.valueOf(e.getMessage()));
            }
        });
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(faults.entrySet().stream()
                    .map(fault -> "the WebSocket of gateway " + fault.getKey() + ": " + fault.getValue())
                    .collect(Collectors.joining("; ")));
        }
    }

    private WebSocketListener open(GatewaySpec gateway) {
        WebSocketSpec spec = gateway.webSocket();
        if (spec == null) {
            throw new IllegalArgumentException("none is wished");
        }
        byte[] token = secrets.readOrMake(spec.token());
        try {
            String path = "/" + Base64.getUrlEncoder().withoutPadding().encodeToString(token);
            return WebSocketListener.open(gateway, spec, directory, path, loop);
        } finally {
            Arrays.fill(token, (byte) 0);
        }
    }

    /** Returns how many clients are connected. */
    public synchronized int connected() {
        return listeners.values().stream().mapToInt(WebSocketListener::connected).sum();
    }

    @Override
    public synchronized void close() {
        listeners.values().forEach(WebSocketListener::close);
        listeners.clear();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
