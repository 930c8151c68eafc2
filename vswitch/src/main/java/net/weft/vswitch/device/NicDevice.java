package net.weft.vswitch.device;

import static net.weft.linux.TpacketDescriptor.TP_STATUS_COPY;
import static net.weft.linux.TpacketDescriptor.TP_STATUS_USER;
import static net.weft.linux.TpacketDescriptor.TP_STATUS_VLAN_TPID_VALID;
import static net.weft.linux.TpacketDescriptor.TP_STATUS_VLAN_VALID;

import java.lang.foreign.Arena;
import java.util.List;
import net.weft.linux.Errno;
import net.weft.linux.Fd;
import net.weft.linux.MessageVector;
import net.weft.linux.PacketSocket;
import net.weft.linux.TpacketDescriptor;
import net.weft.packet.EtherType;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import org.jspecify.annotations.Nullable;

/**
 * A Linux interface through a packet socket.
 * <p>
 * <b>Receive</b>: small frames are read from a memory-mapped TPACKET_V2 ring without a system call. A frame longer than
 * a slot (a super-frame or jumbo frame) is only marked in the ring and is fetched from the socket, several consecutive
 * ones with one call. <b>Transmit</b>: one {@code sendmmsg} per burst. There is no transmit ring, because on a veth the
 * kernel returns a slot while the peer still reads its pages.
 */
final class NicDevice implements Device, ReceiveQueue {
    private static final int HEADER_AT = 64 - Offload.HEADER_BYTES;

    private final String name;
    private final PacketSocket packets;
    private final int port;
    private final int mask;
    private final Arena arena = Arena.ofShared();
    private final MessageVector copies = new MessageVector(arena, Burst.CAPACITY, 1, 0);
    private int next;
    private int taken;
    private boolean woken;
    private volatile long truncated;
    private volatile int mtu = Burst.MAX_FRAME;
    private long missedTaken;
    private volatile @Nullable DeviceFailure failure;

    /** Takes ownership of an open socket with a ring and virtio-net headers. */
    NicDevice(String name, PacketSocket packets, int port) {
        this.name = name;
        this.packets = packets;
        this.port = port;
        this.mask = packets.slots() - 1;
    }

    @Override
    public int offloads() {
        return CHECKSUM | TSO4 | TSO6 | TSO_ECN | USO;
    }

    @Override
    public List<ReceiveQueue> receiveQueues() {
        return List.of(this);
    }

    @Override
    public int receive(Burst burst, int budget) {
        int seen = 0;
        while (seen < budget && !burst.isFull()) {
            long slot = packets.slot(next + seen & mask);
            int status = TpacketDescriptor.status(slot);
            if ((status & TP_STATUS_USER) == 0) {
                break;
            }
            if ((status & TP_STATUS_COPY) != 0) {
                seen += fetch(burst, seen, budget);
            } else {
                take(burst, slot, status);
                seen++;
            }
        }
        taken = seen;
        if (seen == 0) {
            return idle();
        }
        woken = false;
        if (burst.count == 0) {
            release();
        }
        return burst.count;
    }

    private void take(Burst burst, long slot, int status) {
        int length = TpacketDescriptor.length(slot);
        if (TpacketDescriptor.capturedLength(slot) < length) {
            truncated = truncated + 1;
            return;
        }
        long frame = slot + TpacketDescriptor.macOffset(slot);
        burst.add(frame, length, port, Offload.read(frame - Offload.HEADER_BYTES), tag(slot, status));
    }

    /** Fetches the consecutive long frames that start at burst position {@code seen}; returns their number. */
    private int fetch(Burst burst, int seen, int budget) {
        int run = 0;
        int bytes = burst.bytes();
        while (seen + run < budget && bytes < Burst.BYTE_BUDGET
                && isCopy(TpacketDescriptor.status(packets.slot(next + seen + run & mask)))) {
            bytes += TpacketDescriptor.length(packets.slot(next + seen + run & mask));
            copies.segment(run, 0, burst.area(seen + run) + HEADER_AT, Burst.AREA_STRIDE - HEADER_AT);
            run++;
        }
        int got = receiveCopies(run);
        for (int i = 0; i < got; i++) {
            int length = copies.length(i) - Offload.HEADER_BYTES;
            if (length < 0 || length > Burst.MAX_FRAME) {
                truncated = truncated + 1;
                continue;
            }
            long header = burst.area(seen + i) + HEADER_AT;
            long slot = packets.slot(next + seen + i & mask);
            burst.add(header + Offload.HEADER_BYTES, length, port, Offload.read(header),
                    tag(slot, TpacketDescriptor.status(slot)));
        }
        truncated = truncated + run - got;
        return run;
    }

    /**
     * Receives the copies of consecutive long frames. Each copy belongs to one slot, so none may be left in the socket.
     * A pending socket error (the link went down) is reported once, before the copies.
     */
    private int receiveCopies(int run) {
        int got = copies.receive(packets.socket(), 0, run, 0);
        if (got < 0 && got != -Errno.EAGAIN) {
            got = copies.receive(packets.socket(), 0, run, 0);
        }
        return Math.max(0, got);
    }

    private static boolean isCopy(int status) {
        return (status & TP_STATUS_USER) != 0 && (status & TP_STATUS_COPY) != 0;
    }

    private static int tag(long slot, int status) {
        if ((status & TP_STATUS_VLAN_VALID) == 0) {
            return 0;
        }
        int tpid = (status & TP_STATUS_VLAN_TPID_VALID) != 0 ? TpacketDescriptor.vlanTpid(slot) : EtherType.VLAN;
        return tpid << 16 | TpacketDescriptor.vlanTci(slot);
    }

    /**
     * Handles an empty poll. A wake-up without a frame means that the socket has a pending error, which is read and
     * cleared here.
     */
    private int idle() {
        if (woken) {
            woken = false;
            int errno = packets.socket().error();
            if (errno != 0 && errno != Errno.ENETDOWN) {
                failure = new DeviceFailure(PortReason.NO_DEVICE, name + ": " + Errno.strerror(errno));
            }
        }
        return failure == null ? 0 : FAILED;
    }

    @Override
    public void release() {
        for (int i = 0; i < taken; i++) {
            TpacketDescriptor.release(packets.slot(next + i & mask));
        }
        next += taken;
        taken = 0;
    }

    @Override
    public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        int count = list.count - from;
        for (int n = 0; n < count; n++) {
            int frame = list.frame[from + n];
            int bytes = scratch.gather(n, burst, frame, list.tag[from + n], Offload.HEADER_BYTES);
            Offload.write(burst.offload[frame], bytes - burst.length[frame], scratch.slot(n));
        }
        int done = 0;
        while (done < count) {
            int sent = scratch.messages().send(packets.socket(), done, count - done, 0);
            if (sent <= 0) {
                refusal(-sent, scratch);
                return done;
            }
            done += sent;
        }
        return done;
    }

    private void refusal(int errno, Scratch scratch) {
        switch (errno) {
            case Errno.EAGAIN, Errno.ENOBUFS, Errno.EINTR, Errno.ENOMEM, Errno.ENETDOWN -> {
            }
            case Errno.ENXIO, Errno.ENODEV -> gone();
            case Errno.EMSGSIZE -> scratch.refuse(DropReason.OVERSIZE);
            default -> scratch.refuse();
        }
    }

    /** Sets the current MTU of the interface, bytes. */
    void mtu(int bytes) {
        mtu = bytes;
    }

    @Override
    public boolean isTooLong(int bytes, int etherType) {
        return PacketSocket.isTooLong(bytes, etherType, mtu);
    }

    /** Fails the device, because the interface was deleted. */
    void gone() {
        if (failure == null) {
            failure = new DeviceFailure(PortReason.NO_DEVICE,
                    name + ": the interface was deleted; the port comes back with it");
        }
    }

    /** Fails the device, because the interface was renamed. */
    void renamed(String now) {
        if (failure == null) {
            failure = new DeviceFailure(PortReason.NO_DEVICE, name + ": the interface was renamed to " + now
                    + "; name that one as the port's device, or rename it back");
        }
    }

    /**
     * Returns the frames lost since the last call: those that the kernel counted because the ring was full, and those
     * that could not be fetched whole.
     */
    @Override
    public long takeMissed() {
        packets.readStatistics();
        long all = packets.droppedFrames() + truncated;
        long fresh = all - missedTaken;
        missedTaken = all;
        return fresh;
    }

    @Override
    public Fd fd() {
        return packets.fd();
    }

    /** The descriptor is readable while the ring holds a frame. */
    @Override
    public boolean arm() {
        return false;
    }

    @Override
    public void disarm() {
        woken = true;
    }

    @Override
    public @Nullable DeviceFailure failure() {
        return failure;
    }

    @Override
    public void close() {
        packets.close();
        arena.close();
    }
}
