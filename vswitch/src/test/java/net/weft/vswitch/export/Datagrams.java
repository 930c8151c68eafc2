package net.weft.vswitch.export;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;

/** A collector's socket on loopback. */
final class Datagrams implements AutoCloseable {
    private final DatagramChannel channel;

    Datagrams() throws IOException {
        this(0);
    }

    /** @param port 0 for any that is free */
    Datagrams(int port) throws IOException {
        channel = DatagramChannel.open(StandardProtocolFamily.INET);
        channel.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port)).configureBlocking(false);
    }

    ExportSettings.Endpoint endpoint() throws IOException {
        InetSocketAddress address = (InetSocketAddress) channel.getLocalAddress();
        return new ExportSettings.Endpoint(address.getAddress().getHostAddress(), address.getPort());
    }

    /** What has come; on loopback that is all that was sent. */
    List<byte[]> take() throws IOException {
        List<byte[]> all = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate(65536);
        while (channel.receive(buffer) != null) {
            byte[] datagram = new byte[buffer.flip().remaining()];
            buffer.get(datagram);
            all.add(datagram);
            buffer.clear();
        }
        return all;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
