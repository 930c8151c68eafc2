package net.weft.vswitch.device;

import java.util.List;
import net.weft.linux.Errno;
import net.weft.linux.Fd;
import net.weft.linux.Tun;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import org.jspecify.annotations.Nullable;

/**
 * A tap interface: one frame per read or write, with a virtio-net header before each, so that super-frames and
 * incomplete checksums pass in both directions.
 */
final class TapDevice implements Device, ReceiveQueue {
    /** Offset of a received header in its slot, so that the frame after it is aligned to a cache line. */
    private static final int HEADER_AT = 64 - Offload.HEADER_BYTES;

    private final Tun tun;
    private final int port;
    private final int offloads;
    private volatile @Nullable DeviceFailure failure;

    /** Takes ownership of an open tap. */
    TapDevice(Tun tun, int port) {
        this.tun = tun;
        this.port = port;
        int uso = tun.offloads() & (Tun.TUN_F_USO4 | Tun.TUN_F_USO6);
        offloads = CHECKSUM | TSO4 | TSO6 | TSO_ECN | (uso != 0 ? USO : 0);
    }

    @Override
    public int offloads() {
        return offloads;
    }

    @Override
    public List<ReceiveQueue> receiveQueues() {
        return List.of(this);
    }

    @Override
    public int receive(Burst burst, int budget) {
        int n = 0;
        while (n < budget && !burst.isFull()) {
            long header = burst.area(n) + HEADER_AT;
            long got = tun.fd().read(header, Burst.AREA_STRIDE - HEADER_AT);
            if (got < Offload.HEADER_BYTES) {
                return n > 0 || stillThere(got) ? n : FAILED;
            }
            burst.add(header + Offload.HEADER_BYTES, (int) got - Offload.HEADER_BYTES, port, Offload.read(header), 0);
            n++;
        }
        return n;
    }

    private boolean stillThere(long result) {
        int errno = (int) -result;
        if (errno == Errno.EBADFD || errno == Errno.EBADF || errno == Errno.ENODEV) {
            failure = new DeviceFailure(PortReason.NO_DEVICE,
                    tun.name() + ": the tap device was deleted; it is made anew");
            return false;
        }
        return true;
    }

    @Override
    public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        for (int n = from; n < list.count; n++) {
            int frame = list.frame[n];
            int tag = list.tag[n];
            int bytes = scratch.gather(0, burst, frame, tag, Offload.HEADER_BYTES);
            Offload.write(burst.offload[frame], bytes - burst.length[frame], scratch.slot(0));
            long sent = tun.fd().writev(scratch.messages().segmentsOf(0), 1 + burst.bodyCount(frame));
            if (sent < 0) {
                if (-sent == Errno.EINVAL) {
                    scratch.refuse();
                } else {
                    stillThere(sent);
                }
                return n - from;
            }
        }
        return list.count - from;
    }

    @Override
    public void release() {
    }

    @Override
    public Fd fd() {
        return tun.fd();
    }

    /** Returns false: the descriptor is readable while frames wait. */
    @Override
    public boolean arm() {
        return false;
    }

    @Override
    public void disarm() {
    }

    @Override
    public @Nullable DeviceFailure failure() {
        return failure;
    }

    @Override
    public void close() {
        tun.close();
    }
}
