package net.weft.vpn;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import org.jspecify.annotations.Nullable;

/** The device of a gateway while its socket is open: one leg of the switch behind which are all its peers' ports, and its own. */
final class GatewayDevice implements Device {
    private final Gateway gateway;
    private final UdpSocket socket;
    private final SocketQueue datagrams;
    private final InjectQueue injected = new InjectQueue();
    private final Queue<PeerSender> senders = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Egress> egress;
    private boolean closed;

    GatewayDevice(Gateway gateway, UdpSocket socket) {
        this.gateway = gateway;
        this.socket = socket;
        datagrams = new SocketQueue(gateway, socket);
        egress = ThreadLocal.withInitial(() -> new Egress(gateway, sender()));
    }

    /** Returns a sender for another thread, which the device closes with itself. */
    PeerSender sender() {
        PeerSender made = new PeerSender(gateway, socket);
        senders.add(made);
        return made;
    }

    InjectQueue injected() {
        return injected;
    }

    @Override
    public int offloads() {
        return 0;
    }

    @Override
    public List<ReceiveQueue> receiveQueues() {
        return List.of(datagrams, injected);
    }

    @Override
    public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        return egress.get().transmit(burst, list, from, scratch);
    }

    @Override
    public boolean hasDropped(int port) {
        return gateway.hasDropped(port);
    }

    @Override
    public long takeDropped(int port, DropReason reason) {
        return gateway.takeDropped(port, reason);
    }

    @Override
    public @Nullable DeviceFailure failure() {
        return null;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            gateway.closing(this);
            injected.close();
            datagrams.close();
            senders.forEach(PeerSender::close);
            socket.close();
        }
    }
}
