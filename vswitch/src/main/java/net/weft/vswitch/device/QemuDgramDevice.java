package net.weft.vswitch.device;

import java.lang.foreign.Arena;
import net.weft.linux.Epoll;
import net.weft.linux.MessageVector;
import net.weft.linux.Socket;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.PortReason;

/**
 * QEMU's {@code -netdev dgram} over Unix sockets, one frame per datagram. It needs two sockets, because a connected
 * datagram socket receives only from its peer, and a restarted QEMU is a new peer: one socket is bound and receives
 * from anybody, the other is connected and sends.
 */
final class QemuDgramDevice extends QemuDevice {
    private static final int SLOT_BYTES = Burst.AREA_STRIDE;

    private final Socket receiver;
    private final Socket sender;
    private final MessageVector messages;

    /**
     * @param receiver the bound socket, which the opener owns
     * @param sender the connected socket, which this device owns from now on
     */
    QemuDgramDevice(String label, int port, Socket receiver, Socket sender) {
        super(label, port);
        this.receiver = receiver;
        this.sender = sender;
        this.messages = vector(arena);
        watch(receiver, Epoll.IN);
        watch(sender, 0);
    }

    private static MessageVector vector(Arena arena) {
        return new MessageVector(arena, Burst.CAPACITY, 1, 0);
    }

    @Override
    public int receive(Burst burst, int budget) {
        flushBacklog();
        if (failure() != null) {
            return FAILED;
        }
        for (int i = 0; i < budget; i++) {
            messages.segment(i, 0, burst.area(i), SLOT_BYTES);
        }
        int got = messages.receive(receiver, 0, budget, 0);
        if (got < 0) {
            return isBusy(got) ? 0 : FAILED;
        }
        for (int i = 0; i < got; i++) {
            burst.add(burst.area(i), messages.length(i), port, 0, 0);
        }
        return got;
    }

    @Override
    public void release() {
    }

    @Override
    Socket sender() {
        return sender;
    }

    @Override
    void flush() {
        while (!backlog.isEmpty()) {
            int bytes = backlog.frameBytes();
            long sent = sender.send(backlog.address() + Backlog.PREFIX, bytes, 0);
            if (sent < 0) {
                if (!isBusy(sent)) {
                    backlog.clear();
                }
                return;
            }
            backlog.consume(Backlog.PREFIX + bytes);
        }
    }

    @Override
    void backlogStarted() {
        interest(sender, Epoll.OUT);
    }

    @Override
    void backlogEmptied() {
        interest(sender, 0);
    }

    @Override
    public void close() {
        fail(PortReason.WAITING_FOR_GUEST, "closed");
        super.close();
        sender.close();
    }
}
