package net.weft.vswitch.stack;

import net.weft.linux.FaultCalls;
import net.weft.linux.Memory;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import org.jspecify.annotations.Nullable;

/**
 * Puts frames of users into stack frames: each is written whole into memory of the worker, sealed there, and sent by the link's device.
 * <p>
 * One per worker; not thread-safe; nothing is allocated per frame.
 */
public final class StackSender implements AutoCloseable {
    private static final long SOURCE_MAC = 0x02;
    private static final int ETHERNET_BYTES = 14;

    private final Burst outer = new Burst();
    private final TransmitList list = new TransmitList();
    private final StackSeal seal = new StackSeal();
    private StackTable table = StackTable.NONE;
    private StackRoutes routes = StackRoutes.NONE;
    private @Nullable VlanMembership[] membership = {};
    private @Nullable StackReceiver transit;

    /** Adopts a new configuration; between bursts only. */
    public void adopt(StackTable next, @Nullable VlanMembership[] memberships) {
        table = next;
        membership = memberships;
        for (int slot = 0; slot < StackRoutes.MAX_LINKS; slot++) {
            if (next.protection(slot) != LinkProtection.NONE) {
                seal.prepare();
            }
        }
    }

    /**
     * Begins a burst.
     *
     * @param now the ways that its frames take
     * @param from who took its frames out of stack frames; null for frames that enter the stack here
     */
    public void begin(StackRoutes now, @Nullable StackReceiver from) {
        routes = now;
        transit = from;
    }

    /**
     * Sends frames by a stack link, as {@link Device#transmit} says.
     *
     * @param mtu of the link: its largest layer-3 packet, bytes
     */
    int transmit(Device device, int slot, int mtu, Burst burst, TransmitList frames, int from, Scratch scratch) {
        int next = from;
        while (next < frames.count) {
            outer.clear();
            list.count = 0;
            DropReason refusal = null;
            int until = next;
            while (refusal == null && until < frames.count && !outer.isFull()) {
                refusal = put(burst, frames, until, slot, mtu);
                until += refusal == null ? 1 : 0;
            }
            int sent = list.count == 0 ? 0 : device.transmit(outer, list, 0, scratch);
            next += sent;
            if (sent < list.count) {
                return next - from;
            }
            if (refusal != null) {
                scratch.refuse(refusal);
                return next - from;
            }
        }
        return next - from;
    }

    /** Appends a frame. Returns null, or why it cannot leave: it is longer than the link can carry, or the link has no keys yet. */
    private @Nullable DropReason put(Burst burst, TransmitList frames, int n, int slot, int mtu) {
        int i = frames.frame[n];
        LinkProtection protection = table.protection(slot);
        int inner = burst.egressLength(i, 0);
        int length = StackFrame.INNER + inner;
        if (length + StackSeal.bytes(protection) - ETHERNET_BYTES > mtu) {
            return DropReason.OVERSIZE;
        }
        long at = outer.area(list.count);
        header(at, burst, i, frames.tag[n], frames.port[n]);
        int written = burst.writeHead(i, 0, at + StackFrame.INNER);
        long to = at + StackFrame.INNER + written;
        for (int segment = 0; segment < burst.bodyCount(i); segment++) {
            Memory.copy(burst.bodyAddress(i, segment), to, burst.bodyLength(i, segment));
            to += burst.bodyLength(i, segment);
        }
        if (burst.bodyCount(i) > 0) {
            FaultCalls.deliver(); // a body that is gone was copied in part: nothing of it is sent
        }
        if (!seal.seal(at, length, protection, table.links().session(slot))) {
            return DropReason.PORT_DOWN;
        }
        outer.add(at, length + StackSeal.bytes(protection), burst.port[i], 0, 0);
        list.add(list.count, 0, table.port(slot));
        return null;
    }

    private void header(long at, Burst burst, int i, int tag, int egress) {
        int ingress = burst.port[i];
        boolean isSpread = table.isSpread(egress);
        boolean isFlood = !isSpread && !table.isRemote(egress);
        StackReceiver through = transit != null && burst == transit.inner() ? transit : null;
        int hops = through == null ? StackFrame.MOST_HOPS : through.hops(i);
        int source = through == null ? table.member(ingress) : through.source(i);
        int epoch = through == null ? routes.lags().epoch() : through.epoch(i);
        VlanMembership vlans = membership[ingress];
        int vid = vlans == null ? 0 : Math.max(0, vlans.ingressVid(tag));
        Memory.putLong(at, StackFrame.DESTINATION | SOURCE_MAC << 48);
        Memory.putIntBe(at + 8, table.self());
        Memory.putShortBe(at + StackFrame.TYPE, (short) StackFrame.ETHER_TYPE);
        Memory.putByte(at + StackFrame.VERSION, (byte) StackFrame.MAX_VERSION);
        Memory.putByte(at + StackFrame.KIND, (byte) StackFrame.DATA);
        Memory.putByte(at + StackFrame.HEADER_LENGTH, (byte) StackFrame.HEADER_BYTES);
        Memory.putByte(at + StackFrame.HOP_LIMIT, (byte) hops);
        Memory.putShortBe(at + StackFrame.FLAGS, (short) (isFlood ? StackFrame.FLOOD : 0));
        Memory.putShortBe(at + StackFrame.SOURCE_MEMBER, (short) source);
        Memory.putShortBe(at + StackFrame.DESTINATION_MEMBER, (short) (isFlood || isSpread ? 0 : table.member(egress)));
        Memory.putIntBe(at + StackFrame.SEGMENT, vid << 8);
        Memory.putLongBe(at + StackFrame.DIGEST, routes.digest());
        Memory.putIntBe(at + StackFrame.FILTER_EPOCH, epoch);
        Memory.putIntBe(at + StackFrame.SOURCE_PORT, table.number(ingress));
        Memory.putIntBe(at + StackFrame.DESTINATION_PORT, isFlood ? 0 : table.number(egress));
        Memory.putIntBe(at + StackFrame.SOURCE_ZONE, 0);
        Memory.putIntBe(at + StackFrame.ZONING, 0);
        Memory.putIntBe(at + StackFrame.TAG, tag);
        Memory.putLongBe(at + StackFrame.OFFLOAD,
                Offload.shifted(burst.offload[i], burst.egressLength(i, 0) - burst.length[i]));
    }

    @Override
    public void close() {
        seal.close();
        outer.close();
    }
}
