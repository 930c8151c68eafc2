package net.weft.vswitch.forward;

import java.util.function.Supplier;
import net.weft.packet.EtherType;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.burst.Verdict;
import net.weft.vswitch.offload.FrameSize;
import net.weft.vswitch.offload.OffloadCheck;
import net.weft.vswitch.port.Mirroring;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortLimits;
import net.weft.vswitch.port.TokenBucket;
import org.jspecify.annotations.Nullable;

/**
 * Sends copies of one port's frames by another port: SPAN, or RSPAN with a VLAN of its own. Received frames are copied
 * as they arrived, even if they are dropped, except frames without Ethernet header or with an invalid offload word.
 * Transmitted frames are copied after the device has sent them.
 * <p>
 * The originals are sent first and never wait: copies for which the target port has no room are dropped and counted
 * there.
 */
public final class Mirror implements PortMonitor {
    private final Mirroring mirroring;
    private final Supplier<@Nullable Device[]> devices;
    private final MirrorCopies copies;
    private final long[] row;
    private final int mtu;
    private final int rspanTag;
    private final Snapshot snapshot;
    private final long[][] rows;

    /** @param row the worker's counters of the port that copies leave by */
    Mirror(Mirroring mirroring, Supplier<@Nullable Device[]> devices, MirrorCopies copies, Snapshot snapshot,
            long[] row) {
        this.mirroring = mirroring;
        this.devices = devices;
        this.copies = copies;
        this.row = row;
        mtu = snapshot.mtu[mirroring.to()];
        rspanTag = mirroring.vid() == 0 ? 0 : EtherType.VLAN << 16 | mirroring.vid();
        this.snapshot = snapshot;
        rows = new long[snapshot.ports()][];
        rows[mirroring.to()] = row;
    }

    @Override
    public int port() {
        return mirroring.from();
    }

    @Override
    public void received(Burst burst, long nowNs) {
        for (int i = 0; i < burst.count; i++) {
            if (burst.port[i] == mirroring.from() && isSendable(burst, i, burst.verdict[i])) {
                copy(burst, i, burst.tag[i], nowNs);
            }
        }
        flush();
    }

    /**
     * Returns whether a received frame can be copied. The offload word of a dropped frame is validated here, since the
     * frame may have been dropped before its validation.
     */
    public static boolean isSendable(Burst burst, int i, int verdict) {
        if (burst.length[i] < burst.typeOffset[i] + 2) {
            return false;
        }
        return burst.offload[i] == 0 || !Verdict.isDrop(verdict)
                || OffloadCheck.validate(burst, i) == OffloadCheck.PASS;
    }

    @Override
    public void sent(Burst burst, TransmitList list, int from, int until, long nowNs) {
        for (int n = from; n < until; n++) {
            copy(burst, list.frame[n], list.tag[n], nowNs);
        }
        flush();
    }

    @Override
    public void lost(Burst burst, int i, int tag, DropReason reason, long nowNs) {
        // the frame was not on the wire
    }

    /** @param tag of the frame on the wire, 0 for none */
    private void copy(Burst from, int i, int tag, long nowNs) {
        Burst to = copies.burst;
        if (to.isFull()) {
            flush();
        }
        int inner = rspanTag == 0 ? 0 : tag;
        int outer = rspanTag == 0 ? tag : rspanTag;
        int length = from.egressLength(i, inner);
        int copy = to.begin(length, mirroring.to(), Offload.shifted(from.offload[i], length - from.length[i]), 0);
        to.txQueueHint = from.txQueueHint;
        to.headLength[copy] = from.writeHead(i, inner, to.head(copy));
        for (int n = 0; n < from.bodyCount(i); n++) {
            to.appendBody(copy, from.bodyAddress(i, n), from.bodyLength(i, n));
        }
        row[PortCounters.COPIES]++;
        DropReason reason = refusal(to, copy, outer, nowNs);
        if (reason == null) {
            copies.list.add(copy, outer, mirroring.to());
        } else {
            row[PortCounters.egressDrop(reason.ordinal())]++;
            to.removeLast();
        }
    }

    private @Nullable DropReason refusal(Burst burst, int copy, int outer, long nowNs) {
        if (device() == null) {
            return DropReason.PORT_DOWN;
        }
        if (isTooLarge(burst, copy, mtu, rspanTag != 0)) {
            return DropReason.OVERSIZE;
        }
        PortLimits limits = snapshot.protections.limits[mirroring.to()];
        TokenBucket rate = limits == null ? null : limits.egress;
        return rate == null || rate.take(burst.egressLength(copy, outer), nowNs) ? null : DropReason.RATE_LIMIT;
    }

    /** Returns whether a copy exceeds the MTU of its egress port; its own tag behind the RSPAN tag does not count. */
    public static boolean isTooLarge(Burst burst, int copy, int mtu, boolean tagged) {
        return FrameSize.exceeds(burst, copy, mtu + (tagged ? 4 : 0));
    }

    /** The device of the first leg of the target port that forwards frames; null if there is none. */
    private @Nullable Device device() {
        int leg = snapshot.legs.first(mirroring.to(), snapshot.links.forwarding(mirroring.to()));
        return leg < 0 ? null : devices.get()[leg];
    }

    private void flush() {
        TransmitList list = copies.list;
        if (list.count > 0) {
            Device device = device();
            if (device != null) {
                copies.transmitter.send(copies.burst, list, device, rows, snapshot.mtu);
            }
        }
        list.count = 0;
        copies.burst.clear();
    }
}
