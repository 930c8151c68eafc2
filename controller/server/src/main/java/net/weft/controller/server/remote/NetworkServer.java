package net.weft.controller.server.remote;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import net.weft.controller.server.ApiServer;
import net.weft.controller.server.BoundedStatuses;
import net.weft.controller.server.StoreException;
import net.weft.controller.server.pki.Authority;
import net.weft.controller.server.pki.ControllerKey;

/**
 * The gRPC server for other hosts: TLS 1.3 with the certificates of the fabric's authority. {@link Gatekeeper} decides about
 * each call. A connection on which nothing was heard for {@value #SILENT_SECONDS} s is asked, and closed unless it answers.
 */
public final class NetworkServer implements AutoCloseable {
    private static final int MAX_REQUEST = ApiServer.MAX_REQUEST;
    private static final long SILENT_SECONDS = 4;
    private static final long GRACE_SECONDS = 1;
    /** A connection without a call is closed after this time; a member always has one. */
    private static final long IDLE_SECONDS = 60;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    private final Gatekeeper gatekeeper;
    private final Server server;

    private NetworkServer(InetSocketAddress address, Authority authority, ControllerKey key, Refused refused,
            List<BindableService> services) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address).channelType(NioServerSocketChannel.class)
                .bossEventLoopGroup(loop).workerEventLoopGroup(loop).sslContext(context(key)).executor(calls)
                .maxInboundMessageSize(MAX_REQUEST).maxInboundMetadataSize(16 << 10)
                .maxConcurrentCallsPerConnection(256).handshakeTimeout(10, TimeUnit.SECONDS)
                .keepAliveTime(SILENT_SECONDS, TimeUnit.SECONDS).keepAliveTimeout(SILENT_SECONDS, TimeUnit.SECONDS)
                .maxConnectionIdle(IDLE_SECONDS, TimeUnit.SECONDS).permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        builder.intercept(new BoundedStatuses());
        gatekeeper = new Gatekeeper(authority, refused);
        services.forEach(service -> builder.addService(ServerInterceptors.intercept(service, gatekeeper)));
        server = builder.build();
    }

    private static SslContext context(ControllerKey key) {
        try {
            return GrpcSslContexts.configure(SslContextBuilder.forServer(key), SslProvider.JDK).protocols("TLSv1.3")
                    .clientAuth(ClientAuth.OPTIONAL).trustManager(new AnyCertificate()).build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Starts to listen.
     *
     * @throws StoreException if the address is taken or none of this host
     */
    public static NetworkServer start(InetSocketAddress address, Authority authority, ControllerKey key,
            Refused refused,
            List<BindableService> services) {
        NetworkServer listener = new NetworkServer(address, authority, key, refused, services);
        try {
            listener.server.start();
            return listener;
        } catch (IOException e) {
            listener.close();
            throw new StoreException("--listen " + address.getHostString() + ":" + address.getPort()
                    + ": cannot listen there: " + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
                    e);
        }
    }

    /** Ends the calls of every certificate that is not valid any more. */
    public void endRefused() {
        gatekeeper.endRefused();
    }

    /** Returns the port on which it listens, for an address with port 0. */
    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        loop.shutdownGracefully(0, GRACE_SECONDS, TimeUnit.SECONDS);
        calls.shutdown();
    }
}
