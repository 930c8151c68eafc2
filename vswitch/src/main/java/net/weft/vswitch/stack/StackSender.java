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
 * Puts frames of users into stack frames: each is written whole into memory of the worker, sealed there, and sent by the link's device,
 * in pieces if it is longer than the link can carry.
 * <p>
 * One per worker; not thread-safe; nothing is allocated per frame.
 */
public final class StackSender implements AutoCloseable {
    private static final long SOURCE_MAC = 0x02;
    private static final int ETHERNET_BYTES = 14;
    /** A link that carries less than this of a frame in each piece is of no use. */
    private static final int LEAST_PIECE = 200;

    private final Burst outer = new Burst();
    private final TransmitList list = new TransmitList();
    /** The entry of the caller's list of which each frame of {@link #outer} is a part. */
    private final int[] origin = new int[Burst.CAPACITY];
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
            while (refusal == null && until < frames.count && !outer.isFull()
                    && list.count <= Burst.CAPACITY - StackFrame.MOST_PIECES) {
                refusal = put(burst, frames, until, slot, mtu);
                until += refusal == null ? 1 : 0;
            }
            int sent = list.count == 0 ? 0 : device.transmit(outer, list, 0, scratch);
            if (sent < list.count) {
                return origin[sent] - from;
            }
            next = until;
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
        int pieces = pieces(length + StackSeal.bytes(protection) - ETHERNET_BYTES, mtu);
        if (pieces == 0) {
            return DropReason.OVERSIZE;
        }
        long at = outer.area(list.count) + (pieces == 1 ? 0 : StackFrame.PIECE_DATA - StackFrame.VERSION);
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
        StackSession session = table.links().session(slot);
        if (!seal.seal(at, length, protection, session)) {
            return DropReason.PORT_DOWN;
        }
        if (pieces == 1) {
            append(at, length + StackSeal.bytes(protection), burst.port[i], n, slot);
        } else {
            cut(length + StackSeal.bytes(protection) - StackFrame.VERSION, pieces, burst.port[i], n, slot,
                    protection == LinkProtection.NONE || session == null ? 0 : session.id());
        }
        return null;
    }

    /** Returns into how many pieces a frame is cut, 0 if it cannot leave. @param bytes length from {@link StackFrame#VERSION} on */
    private static int pieces(int bytes, int mtu) {
        if (bytes <= mtu) {
            return 1;
        }
        int most = mtu + ETHERNET_BYTES - StackFrame.PIECE_DATA;
        int pieces = most < LEAST_PIECE ? 0 : (bytes + most - 1) / most;
        return pieces > StackFrame.MOST_PIECES || bytes > StackFrame.MOST_CUT_BYTES ? 0 : pieces;
    }

    /**
     * Appends the pieces of a frame. It lies in the next area of {@link #outer} such that its first piece is there in place.
     *
     * @param total bytes from {@link StackFrame#VERSION} on
     */
    private void cut(int total, int pieces, int port, int entry, int slot, int session) {
        int most = PieceTable.pieceBytes(total, pieces);
        int number = table.links().nextCut(slot);
        long frame = outer.area(list.count) + StackFrame.PIECE_DATA;
        for (int n = 0; n < pieces; n++) {
            long at = outer.area(list.count);
            int offset = n * most;
            int bytes = Math.min(most, total - offset);
            if (n > 0) {
                Memory.copy(frame + offset, at + StackFrame.PIECE_DATA, bytes);
            }
            head(at, StackFrame.PIECE);
            Memory.putByte(at + StackFrame.PIECE_INDEX, (byte) n);
            Memory.putByte(at + StackFrame.PIECE_COUNT, (byte) pieces);
            Memory.putShortBe(at + StackFrame.PIECE_TOTAL, (short) total);
            Memory.putIntBe(at + StackFrame.PIECE_NUMBER, number);
            Memory.putIntBe(at + StackFrame.PIECE_SESSION, session);
            append(at, StackFrame.PIECE_DATA + bytes, port, entry, slot);
        }
    }

    private void append(long at, int bytes, int port, int entry, int slot) {
        origin[list.count] = entry;
        outer.add(at, bytes, port, 0, 0);
        list.add(list.count, 0, table.port(slot));
    }

    private void head(long at, int kind) {
        Memory.putLong(at, StackFrame.DESTINATION | SOURCE_MAC << 48);
        Memory.putIntBe(at + 8, table.self());
        Memory.putShortBe(at + StackFrame.TYPE, (short) StackFrame.ETHER_TYPE);
        Memory.putByte(at + StackFrame.VERSION, (byte) StackFrame.MAX_VERSION);
        Memory.putByte(at + StackFrame.KIND, (byte) kind);
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
        head(at, StackFrame.DATA);
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
