package net.weft.controller.cli.connect;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A gRPC channel to one instance. A process that carries out many commands shares its connections; others have
 * one for each command.
 */
final class Connection {
    private static final int MAX_RESPONSE_BYTES = 64 << 20;
    /** Number of shared connections; when there are as many, those to further addresses are of one command. */
    private static final int SHARED = 4;
    private static final Metadata.Key<String> PROCESS = Metadata.Key.of("weft-process",
            Metadata.ASCII_STRING_MARSHALLER);
    private static final Map<ControlAddress, Connection> KEPT = new HashMap<>();
    private static volatile boolean sharing;

    private final ControlAddress address;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ManagedChannel channel;
    private final boolean shared;

    private Connection(ControlAddress address, boolean shared) {
        this.address = address;
        this.shared = shared;
        channel = builder(address).eventLoopGroup(loop).directExecutor().disableRetry().intercept(new CallerName())
                .maxInboundMessageSize(MAX_RESPONSE_BYTES).build();
    }

    private static NettyChannelBuilder builder(ControlAddress address) {
        ControlAddress.Remote remote = address.remote();
        return remote == null
                ? NettyChannelBuilder.forAddress(address.socketAddress()).overrideAuthority("localhost").usePlaintext()
                        .channelType(NioDomainSocketChannel.class, address.socketAddress().getClass())
                : NettyChannelBuilder.forAddress(new InetSocketAddress(remote.host(), remote.port()))
                        .overrideAuthority(Identity.CONTROLLER_HOST).channelType(NioSocketChannel.class)
                        .sslContext(remote.identity().context());
    }

    /** Makes this process share its connections from now on. */
    static void share() {
        sharing = true;
    }

    static Connection to(ControlAddress address) {
        if (!sharing) {
            return new Connection(address, false);
        }
        synchronized (KEPT) {
            return KEPT.size() >= SHARED && !KEPT.containsKey(address)
                    ? new Connection(address, false)
                    : KEPT.computeIfAbsent(address, each -> new Connection(each, true));
        }
    }

    Channel channel() {
        return channel;
    }

    /** Ends the use of the connection by a command. */
    void release() {
        if (!shared) {
            shutdown();
        }
    }

    /** Closes the connection after a failure, so that the next command does not wait for gRPC's back-off. */
    void discard() {
        synchronized (KEPT) {
            KEPT.remove(address, this);
        }
        shutdown();
    }

    private void shutdown() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    /** Names the process of the caller to the instance, which logs it with each change. */
    private static final class CallerName implements ClientInterceptor {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            String process = Long.toString(Surroundings.current().process());
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<A> listener, Metadata headers) {
                    headers.put(PROCESS, process);
                    super.start(listener, headers);
                }
            };
        }
    }
}
