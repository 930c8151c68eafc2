package net.weft.controller.server;

import io.grpc.Attributes;
import io.grpc.ServerCredentials;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import jdk.net.ExtendedSocketOptions;

/**
 * Adds the peer of a connection to the attributes of its calls. gRPC reports the address of a peer, which a client of a
 * Unix socket does not have; the kernel knows the user ({@code SO_PEERCRED}). There is no other encryption or
 * authentication on the connection.
 */
final class PeerNegotiator implements InternalProtocolNegotiator.ProtocolNegotiator {
    /** Name of the user at the other end, or its number where it has no name. */
    static final Attributes.Key<String> USER = Attributes.Key.create("weft-peer-user");
    private static final System.Logger LOG = System.getLogger(PeerNegotiator.class.getName());
    /** Netty keeps the socket of a channel to its subclasses, and this class is final. */
    private static final Method SOCKET = Arrays.stream(NioDomainSocketChannel.class.getDeclaredMethods())
            .filter(method -> method.getName().equals("javaChannel")
                    && method.getReturnType().equals(SocketChannel.class))
            .findFirst().orElseThrow();

    private final InternalProtocolNegotiator.ProtocolNegotiator plaintext = InternalProtocolNegotiators
            .serverPlaintext();

    static {
        SOCKET.setAccessible(true);
    }

    private PeerNegotiator() {
    }

    static ServerCredentials credentials() {
        return InternalNettyServerCredentials.create(new PeerNegotiator());
    }

    @Override
    public AsciiString scheme() {
        return plaintext.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
        return new PeerHandler(plaintext.newHandler(grpc));
    }

    @Override
    public void close() {
        plaintext.close();
    }

    /** Adds the user to the event that begins the negotiation, and leaves the connection to the next handler. */
    private static final class PeerHandler extends ChannelInboundHandlerAdapter {
        private final ChannelHandler next;

        PeerHandler(ChannelHandler next) {
            this.next = next;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (!(event instanceof ProtocolNegotiationEvent negotiation)) {
                super.userEventTriggered(context, event);
                return;
            }
            Attributes attributes = InternalProtocolNegotiationEvent.getAttributes(negotiation).toBuilder()
                    .set(USER, user(context.channel())).build();
            context.pipeline().replace(context.name(), null, next);
            context.fireUserEventTriggered(InternalProtocolNegotiationEvent.withAttributes(negotiation, attributes));
        }
    }

    private static String user(Channel channel) {
        try {
            return SOCKET.invoke(channel) instanceof SocketChannel socket
                    ? socket.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName()
                    : "unknown";
        } catch (IOException | ReflectiveOperationException e) {
            LOG.log(System.Logger.Level.WARNING, "the user of a connection is not known: " + e);
            return "unknown";
        }
    }
}
