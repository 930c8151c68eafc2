package net.weft.vpn.websocket;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Carries the datagrams of one connection: from a binary message to a UDP socket that is connected to the gateway, and back. The gateway
 * sees a peer on this host with a port of its own. Where the client reads more slowly than the gateway sends, datagrams are dropped, as
 * on any link. One event loop thread.
 */
final class DatagramBridge extends SimpleChannelInboundHandler<Object> {
    /** Name of a handler that is there once the WebSocket has begun. */
    static final String UPGRADED = "idle";

    private final int gatewayPort;
    private final int idleSeconds;
    private @Nullable Channel gateway;

    DatagramBridge(int gatewayPort, int idleSeconds) {
        this.gatewayPort = gatewayPort;
        this.idleSeconds = idleSeconds;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext client, Object event) throws Exception {
        if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
            client.pipeline().replace(IdleStateHandler.class, UPGRADED, new IdleStateHandler(idleSeconds, 0, 0));
            connect(client);
        } else {
            super.userEventTriggered(client, event);
        }
    }

    private void connect(ChannelHandlerContext client) {
        new Bootstrap().group(client.channel().eventLoop()).channel(NioDatagramChannel.class)
                .option(ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(WebSocketListener.MESSAGE_BYTES))
                .handler(new Answers(client.channel()))
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gatewayPort))
                .addListener((io.netty.channel.ChannelFuture done) -> {
                    if (done.isSuccess() && client.channel().isActive()) {
                        gateway = done.channel();
                    } else {
                        done.channel().close();
                        client.close();
                    }
                });
    }

    @Override
    protected void channelRead0(ChannelHandlerContext client, Object message) {
        switch (message) {
            case BinaryWebSocketFrame frame when frame.isFinalFragment() -> {
                Channel to = gateway;
                if (to != null && frame.content().isReadable()) {
                    to.writeAndFlush(frame.content().retain());
                }
            }
            case BinaryWebSocketFrame _,ContinuationWebSocketFrame _,TextWebSocketFrame _ -> client.close();
            default -> {
                // control frames are the codec's
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext client) throws Exception {
        Channel open = gateway;
        if (open != null) {
            open.close();
        }
        super.channelInactive(client);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext client, Throwable cause) {
        client.close();
    }

    /** The gateway's datagrams for the client. */
    private static final class Answers extends ChannelInboundHandlerAdapter {
        private final Channel client;

        Answers(Channel client) {
            this.client = client;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof DatagramPacket datagram) {
                ByteBuf bytes = datagram.content();
                if (client.isWritable()) {
                    client.writeAndFlush(new BinaryWebSocketFrame(bytes));
                } else {
                    bytes.release();
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // the gateway's port is closed for a moment (ICMP port unreachable): the next datagram may arrive
        }
    }
}
