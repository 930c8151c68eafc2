package net.weft.vswitch.forward;

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
 * Sends copies of one port's frames by another: SPAN, or RSPAN with a VLAN of their own. What comes in is copied as it came, also where it
 * is dropped then, but for what has no Ethernet header or claims an offload that does not fit it; what goes out is copied when it has left.
 * <p>
 * The originals are sent first, and do not wait: a port that takes no more copies loses copies, counted as its own.
 */
public final class Mirror implements PortMonitor {
    private final Mirroring mirroring;
    private final PortMonitors taps;
    private final MirrorCopies copies;
    private final long[] row;
    private final int mtu;
    private final int rspanTag;
    private final Snapshot snapshot;
    private final long[][] rows;

    /** @param row counters of the port that copies leave by */
    Mirror(Mirroring mirroring, PortMonitors taps, MirrorCopies copies, Snapshot snapshot, long[] row) {
        this.mirroring = mirroring;
        this.taps = taps;
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

    /** A frame that was dropped may have been so before anybody looked at its offload word. */
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
        // it was not on the wire
    }

    /** @param tag the frame has on the wire */
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

    /** Whether a copy exceeds the MTU of the port that it is to leave by; its own tag inside another does not count. */
    public static boolean isTooLarge(Burst burst, int copy, int mtu, boolean tagged) {
        return FrameSize.exceeds(burst, copy, mtu + (tagged ? 4 : 0));
    }

    /** By which copies leave: the first leg of the port that carries frames; null when none does. */
    private @Nullable Device device() {
        int leg = snapshot.legs.first(mirroring.to(), snapshot.links.forwarding(mirroring.to()));
        return leg < 0 ? null : taps.devices()[leg];
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
