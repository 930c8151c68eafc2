package net.weft.controller.server;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import net.weft.controller.model.yaml.FabricYaml;

/**
 * The gRPC server on a Unix socket, whose file mode (0660) is the access control. One event loop transfers bytes, and a
 * virtual thread serves each call. Health ({@code grpc.health.v1}) and reflection (v1
 * and v1alpha) are on.
 */
public final class ApiServer implements AutoCloseable {
    /** Largest request in bytes: a file of 16 MiB and its envelope. */
    public static final int MAX_REQUEST = FabricYaml.MAX_BYTES + (1 << 20);
    private static final long GRACE_SECONDS = 2;

    private final ControlSocket socket;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    private final HealthStatusManager health = new HealthStatusManager();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Server server;

    private ApiServer(ControlSocket socket, List<BindableService> services) {
        this.socket = socket;
        NettyServerBuilder builder = NettyServerBuilder
                .forAddress(UnixDomainSocketAddress.of(socket.bindPath()), PeerNegotiator.credentials())
                .channelType(NioServerDomainSocketChannel.class).bossEventLoopGroup(loop).workerEventLoopGroup(loop)
                .executor(calls).maxInboundMessageSize(MAX_REQUEST).intercept(new BoundedStatuses())
                .intercept(new Callers())
                .addService(health.getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance()).addService(olderReflection());
        services.forEach(builder::addService);
        server = builder.build();
    }

    /** Returns the reflection service of name v1alpha, which tools older than 2023 call. */
    @SuppressWarnings("deprecation")
    private static BindableService olderReflection() {
        return ProtoReflectionService.newInstance();
    }

    /**
     * Starts to listen; the server accepts calls on return.
     *
     * @param socket socket that the server closes in any case, also if the start fails
     * @throws ControlSocketException if the socket cannot be bound
     */
    public static ApiServer start(ControlSocket socket, List<BindableService> services) {
        ApiServer api = new ApiServer(socket, services);
        try {
            api.server.start();
            socket.publish();
            api.health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
            return api;
        } catch (IOException e) {
            api.close();
            throw new ControlSocketException(socket.path() + ": the control socket cannot be made: " + e.getMessage(),
                    e);
        } catch (RuntimeException e) {
            api.close();
            throw e;
        }
    }

    /** Refuses new calls, gives current calls {@value #GRACE_SECONDS} s to end, and removes the socket. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        health.enterTerminalState();
        socket.close();
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
