package net.weft.examples.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** TCP and UDP services of a host, on IPv4 and IPv6: whoever connects is let in, each datagram and each byte comes back. */
public final class Services implements AutoCloseable {
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(65_536);
    private final Thread thread;
    private volatile boolean closing;

    /** Until the laboratory closes. */
    public static Services start(Lab lab, Namespace namespace, int[] tcp, int[] udp) {
        return lab.closing(namespace.call(() -> new Services(tcp, udp)));
    }

    private Services(int[] tcp, int[] udp) throws IOException {
        selector = Selector.open();
        for (int port : tcp) {
            ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(port));
            register(server, SelectionKey.OP_ACCEPT);
        }
        for (int port : udp) {
            register(DatagramChannel.open().bind(new InetSocketAddress(port)), SelectionKey.OP_READ);
        }
        thread = Thread.ofPlatform().daemon().name("services").start(this::serve);
    }

    private void register(SelectableChannel channel, int operations) throws IOException {
        channel.configureBlocking(false);
        var unused = channel.register(selector, operations);
    }

    private void serve() {
        try {
            while (!closing) {
                selector.select(key -> {
                    try {
                        serve(key);
                    } catch (IOException e) {
                        close(key.channel());
                    }
                }, 200);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(SelectionKey key) throws IOException {
        switch (key.channel()) {
            case ServerSocketChannel server -> {
                SocketChannel client = server.accept();
                if (client != null) {
                    register(client, SelectionKey.OP_READ);
                }
            }
            case DatagramChannel channel -> {
                SocketAddress from = channel.receive(buffer.clear());
                if (from != null) {
                    channel.send(buffer.flip(), from);
                }
            }
            case SocketChannel client -> {
                if (client.read(buffer.clear()) < 0) {
                    client.close();
                } else {
                    client.write(buffer.flip());
                }
            }
            default -> throw new IllegalStateException(key.channel().toString());
        }
    }

    private static void close(SelectableChannel channel) {
        try {
            if (!(channel instanceof DatagramChannel) && !(channel instanceof ServerSocketChannel)) {
                channel.close();
            }
        } catch (IOException e) {
            // it is gone
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        closing = true;
        thread.join();
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
