package net.weft.vpn.websocket;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import net.weft.vpn.GatewaySpec;
import net.weft.vpn.WebSocketSpec;

/**
 * The WebSocket of one gateway: TLS on a TCP port, one path that only those know who were told, and for each connection a UDP socket of
 * its own towards the gateway on this host. One binary message is one datagram. Everything that a stranger can use up is bounded:
 * connections, those of one address, the time for a handshake, and what waits to be sent, of which the newest is dropped.
 */
final class WebSocketListener implements AutoCloseable {
    static final int CONNECTIONS = 256;
    static final int CONNECTIONS_PER_ADDRESS = 16;
    /** The longest message: the largest packet of a peer, with WireGuard's header, tag and padding. */
    static final int MESSAGE_BYTES = GatewaySpec.MAX_MTU + 48;
    private static final int IPV6_BYTES = 16;
    private static final int HANDSHAKE_SECONDS = 10;
    /** A connection without a message for so long is closed. */
    private static final int IDLE_SECONDS = 300;
    private static final int LINE_BYTES = 1024;
    private static final int HEADER_BYTES = 8192;
    private static final int QUEUE_BYTES = 256 * 1024;

    private final WebSocketSpec spec;
    private final int gatewayPort;
    private final List<Object> versions;
    private final Channel server;
    private final ChannelGroup clients;

    private WebSocketListener(WebSocketSpec spec, int gatewayPort, List<Object> versions, Channel server,
            ChannelGroup clients) {
        this.spec = spec;
        this.gatewayPort = gatewayPort;
        this.versions = versions;
        this.server = server;
        this.clients = clients;
    }

    /**
     * Opens the port.
     *
     * @param path path of the WebSocket; any other is not found
     * @throws IllegalArgumentException if certificate or key cannot be used, or the port is taken
     */
    static WebSocketListener open(GatewaySpec gateway, WebSocketSpec spec, Path directory, String path,
            EventLoopGroup loop) {
        List<Object> versions = versions(spec, directory);
        SslContext tls = tls(spec, directory);
        ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ServerBootstrap bootstrap = new ServerBootstrap().group(loop).channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(QUEUE_BYTES / 2, QUEUE_BYTES))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        if (!admits(clients, client)) {
                            client.close();
                            return;
                        }
                        clients.add(client);
                        pipeline(client, tls, path, gateway.listen());
                        client.eventLoop().schedule(() -> closeUnlessUpgraded(client), HANDSHAKE_SECONDS,
                                TimeUnit.SECONDS);
                    }
                });
        try {
            return new WebSocketListener(spec, gateway.listen(), versions,
                    bootstrap.bind(spec.listen()).sync().channel(), clients);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalArgumentException("interrupted", e);
        } catch (Exception e) { // Netty throws what the kernel said, undeclared
            throw new IllegalArgumentException("TCP port " + spec.listen() + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static boolean admits(ChannelGroup clients, SocketChannel client) {
        InetAddress address = client.remoteAddress().getAddress();
        return clients.size() < CONNECTIONS && clients.stream()
                .filter(other -> ((SocketChannel) other).remoteAddress() != null
                        && isOneHost(((SocketChannel) other).remoteAddress().getAddress(), address))
                .count() < CONNECTIONS_PER_ADDRESS;
    }

    /** Returns whether two addresses may be those of one host, which has a whole /64 of IPv6. */
    static boolean isOneHost(InetAddress one, InetAddress other) {
        byte[] left = one.getAddress();
        byte[] right = other.getAddress();
        int prefix = left.length == IPV6_BYTES ? IPV6_BYTES / 2 : left.length;
        return left.length == right.length && Arrays.equals(left, 0, prefix, right, 0, prefix);
    }

    /** Closes a connection on which no WebSocket has begun, however slowly its bytes trickle in. */
    private static void closeUnlessUpgraded(SocketChannel client) {
        if (client.pipeline().get(DatagramBridge.UPGRADED) == null) {
            client.close();
        }
    }

    private static void pipeline(SocketChannel client, SslContext tls, String path, int gatewayPort) {
        SslHandler ssl = tls.newHandler(client.alloc());
        ssl.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
        client.pipeline().addLast(ssl, new IdleStateHandler(HANDSHAKE_SECONDS, 0, 0),
                new HttpServerCodec(LINE_BYTES, HEADER_BYTES, LINE_BYTES), new PathGuard(path),
                new HttpObjectAggregator(LINE_BYTES),
                new WebSocketServerProtocolHandler(WebSocketServerProtocolConfig.newBuilder().websocketPath(path)
                        .maxFramePayloadLength(MESSAGE_BYTES).allowExtensions(false)
                        .handshakeTimeoutMillis(TimeUnit.SECONDS.toMillis(HANDSHAKE_SECONDS)).build()),
                new DatagramBridge(gatewayPort, IDLE_SECONDS));
    }

    private static SslContext tls(WebSocketSpec spec, Path directory) {
        try {
            return SslContextBuilder.forServer(directory.resolve(spec.certificateFile()).toFile(),
                    directory.resolve(spec.certificateKeyFile()).toFile()).build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException("certificate " + directory.resolve(spec.certificateFile()) + " with key "
                    + directory.resolve(spec.certificateKeyFile())
                    + " cannot be used; expected a chain and a key in PKCS #8, both as PEM: " + e.getMessage(), e);
        }
    }

    /** The times of the files, by which a renewed certificate is noticed. */
    private static List<Object> versions(WebSocketSpec spec, Path directory) {
        return List.of(time(directory.resolve(spec.certificateFile())),
                time(directory.resolve(spec.certificateKeyFile())));
    }

    private static Object time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException _) {
            return "none";
        }
    }

    /** Whether this is what a gateway wishes. */
    boolean serves(GatewaySpec gateway, Path directory) {
        return spec.equals(gateway.webSocket()) && gatewayPort == gateway.listen()
                && versions.equals(versions(spec, directory));
    }

    int connected() {
        return clients.size();
    }

    @Override
    public void close() {
        server.close().syncUninterruptibly();
        clients.close().syncUninterruptibly();
    }
}
