package net.weft.vswitch;

import static net.weft.vswitch.burst.Burst.CAPACITY;

import java.util.List;
import net.weft.linux.Memory;
import net.weft.packet.EtherType;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.offload.OffloadCheck;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a burst, in the order of this file: <b>classify</b> every frame (tag, VLAN, sanity, learn, look up) into
 * a verdict; <b>dispatch</b> it to the lists of its egress ports, or count why not; <b>transmit</b> the list of each port
 * once, through the {@link Transmitter}.
 * <p>
 * Lists are filled in frame order whatever the verdicts, so that two frames of one flow never change places, even when the
 * first is flooded and the second no longer.
 * <p>
 * One per worker; not thread-safe; nothing is allocated per frame.
 */
final class Forwarder implements AutoCloseable {
    private static final long MAC_MASK = 0xFFFF_FFFF_FFFFL;
    /** 01:80:c2:00:00:0x, first byte lowest, without the last nibble that varies. */
    private static final long RESERVED = 0x00_00_00_C2_80_01L;
    private static final long RESERVED_MASK = 0xF0_FF_FF_FF_FF_FFL;

    private final int workerId;
    private final RecentAddresses addresses;
    private final VlanTally vlans = new VlanTally();
    private final Gate gate;
    private final Transmitter transmitter = new Transmitter();
    private final int[] verdict = new int[CAPACITY];
    private final int[] vid = new int[CAPACITY];
    private final TransmitList injected = new TransmitList();
    private final Taps taps;
    private TransmitList[] lists = {};
    private int[] touched = {};
    private int touchedCount;
    private Snapshot snapshot = Snapshot.empty();
    private @Nullable Device[] legs = {};
    private long[][] rows = {};

    /** @param punts where frames for the control thread go */
    Forwarder(int workerId, MacTable macs, PuntQueue punts) {
        this.workerId = workerId;
        this.addresses = new RecentAddresses(macs);
        gate = new Gate(punts);
        taps = new Taps(workerId);
    }

    /** Takes a new configuration; between bursts only. Allocates where the number of ports has grown. */
    void adopt(Snapshot next) {
        snapshot = next;
        gate.adopt(next);
        rows = new long[next.ports()][];
        for (int port = 0; port < next.ports(); port++) {
            PortCounters counters = next.counters[port];
            rows[port] = counters == null ? new long[0] : counters.row(workerId);
        }
        if (lists.length < next.ports()) {
            TransmitList[] grown = new TransmitList[next.ports()];
            for (int port = 0; port < grown.length; port++) {
                grown[port] = port < lists.length ? lists[port] : new TransmitList();
            }
            lists = grown;
            touched = new int[grown.length];
        }
        taps.adopt(next);
        legs = taps.legs();
    }

    /** Shows frames to these captures from now on; between bursts only. */
    void capture(List<Tap> captures) {
        taps.captures(captures);
        legs = taps.legs();
    }

    /** Forwards or drops every frame of the burst; afterwards its memory is free for reuse. */
    void forward(Burst burst, long nowNs) {
        int nowSeconds = (int) (nowNs / 1_000_000_000L);
        addresses.forget();
        gate.now(nowNs);
        taps.now(nowNs);
        for (int i = 0; i < burst.count; i++) {
            verdict[i] = classify(burst, i, nowSeconds);
        }
        vlans.count(burst, vid, verdict);
        for (int i = 0; i < burst.count; i++) {
            dispatch(burst, i);
        }
        for (int i = 0; i < touchedCount; i++) {
            transmit(burst, touched[i]);
        }
        touchedCount = 0;
        if (taps.any()) {
            taps.received(burst, verdict);
        }
    }

    /** The VLAN that frame {@code i} of the burst forwarded last was judged in, or an older one's if it did not come so far. */
    int vid(int i) {
        return vid[i];
    }

    /** The {@link Verdict} on frame {@code i} of the burst forwarded last. */
    int verdict(int i) {
        return verdict[i];
    }

    /** Whether frames were punted since this was last asked. */
    boolean takePunted() {
        return gate.takePunted();
    }

    /** After a fault: forgets the lists of the burst that was under way. */
    void abandon() {
        for (TransmitList list : lists) {
            list.count = 0;
        }
        touchedCount = 0;
    }

    /** What {@link VlanCounters} reads. */
    long[] vlanRow() {
        return vlans.row();
    }

    // ---- classify --------------------------------------------------------------------------------------------------

    private int classify(Burst burst, int i, int nowSeconds) {
        int length = burst.length[i];
        int ingress = burst.port[i];
        long[] row = rows[ingress];
        row[PortCounters.RX_PACKETS]++;
        row[PortCounters.RX_BYTES] += length;
        VlanMembership membership = snapshot.membership[ingress];
        if (membership == null) {
            return drop(DropReason.PORT_DOWN);
        }
        if (length < 14) {
            return drop(DropReason.MALFORMED);
        }
        long head = burst.head(i);
        int innerType = OuterTag.take(burst, i, head);
        if (innerType < 0) {
            return drop(DropReason.MALFORMED);
        }
        int tag = burst.tag[i];
        int vlan = membership.ingressVid(tag);
        if (vlan < 0) {
            return drop(DropReason.NOT_MEMBER);
        }
        if ((tag & 0xFFF) == 0 && tag != 0 && EtherType.isVlan(innerType) && !membership.isTunnel()) {
            return drop(DropReason.DOUBLE_TAG);
        }
        vid[i] = vlan;
        long destination = Memory.getLong(head) & MAC_MASK;
        long source = Memory.getLong(head + 4) >>> 16;
        if ((source & 1) != 0 || source == 0) {
            return drop(DropReason.MALFORMED);
        }
        if (burst.offload[i] != 0) {
            int fault = OffloadCheck.validate(burst, i);
            if (fault >= 0) {
                return Verdict.drop(fault);
            }
        }
        if (tooLarge(burst, i, snapshot.mtu[ingress])) {
            return drop(DropReason.OVERSIZE);
        }
        if ((destination & RESERVED_MASK) == RESERVED) {
            return gate.reserved(burst, i, vlan, destination);
        }
        int flags = snapshot.guards.flags[ingress];
        if ((flags & Guards.ADMISSION) != 0) {
            int refusal = gate.admit(burst, i, vlan, destination, flags);
            if (refusal != Gate.ADMITTED) {
                return refusal;
            }
        }
        if ((destination & 1) != 0 && gate.consumes(burst, i, vlan, destination, flags)) {
            return Verdict.PUNTED;
        }
        if (addresses.learn(vlan, source, ingress, nowSeconds, snapshot.macLimit[ingress]) == MacTable.LIMIT) {
            return drop(DropReason.MAC_LIMIT);
        }
        if ((destination & 1) != 0) {
            return gate.group(burst, i, vlan, destination, flags);
        }
        int egress = addresses.lookup(vlan, destination);
        if (egress == ingress) {
            return drop(DropReason.SAME_PORT);
        }
        return egress >= 0 && egress < snapshot.ports() && snapshot.membership[egress] != null
                ? egress
                : gate.flood(burst, i, flags);
    }

    private static int drop(DropReason reason) {
        return Verdict.drop(reason);
    }

    /** Whether the frame, or each segment it will be cut into, exceeds an MTU. */
    static boolean tooLarge(Burst burst, int i, int mtu) {
        long offload = burst.offload[i];
        int typeOffset = burst.typeOffset[i];
        if (Offload.gsoType(offload) == Offload.GSO_NONE) {
            return burst.length[i] - typeOffset - 2 > mtu;
        }
        return Offload.gsoType(offload) != Offload.GSO_UDP
                && Offload.headerLength(offload) - typeOffset - 2 + Offload.gsoSize(offload) > mtu;
    }

    // ---- dispatch --------------------------------------------------------------------------------------------------

    private void dispatch(Burst burst, int i) {
        int to = verdict[i];
        int ingress = burst.port[i];
        if (to >= 0) {
            if (!enqueue(burst, i, to)) {
                nowhere(burst, i);
            }
        } else if (to == Verdict.FLOOD) {
            int copies = 0;
            for (int member : gate.members(i, vid[i])) {
                if (member != ingress && member < snapshot.ports() && gate.reaches(i, member)
                        && enqueue(burst, i, member)) {
                    copies++;
                }
            }
            if (copies > 0) {
                rows[ingress][PortCounters.FLOODED]++;
            } else {
                nowhere(burst, i);
            }
        } else {
            rows[ingress][to == Verdict.PUNTED
                    ? PortCounters.PUNTED
                    : PortCounters.ingressDrop(Verdict.reason(to))]++;
        }
    }

    private void nowhere(Burst burst, int i) {
        verdict[i] = drop(DropReason.NO_DESTINATION);
        rows[burst.port[i]][PortCounters.ingressDrop(DropReason.NO_DESTINATION.ordinal())]++;
    }

    /** Puts a frame on a port's list, or counts there why it cannot leave. False when the port is no member. */
    private boolean enqueue(Burst burst, int i, int egress) {
        VlanMembership membership = snapshot.membership[egress];
        if (membership == null) {
            return false;
        }
        int tag = membership.egressTag(vid[i], burst.tag[i]);
        if (tag == VlanMembership.NOT_MEMBER) {
            return false;
        }
        if (tag != 0 && burst.tag[i] == 0 && OuterTag.hides(burst, i)) {
            tag |= OuterTag.customersPriority(burst, i);
        }
        rows[burst.port[i]][PortCounters.COPIES]++;
        if (legs[egress] == null) {
            lose(burst, i, egress, tag, DropReason.PORT_DOWN);
        } else if (tag == 0 && OuterTag.hides(burst, i) && !membership.isTunnel()) {
            lose(burst, i, egress, tag, DropReason.DOUBLE_TAG);
        } else if (tooLarge(burst, i, snapshot.mtu[egress] + OuterTag.customersBytes(burst, i, membership))) {
            lose(burst, i, egress, tag, DropReason.OVERSIZE);
        } else if ((snapshot.guards.flags[egress] & Guards.EGRESS_RATE) != 0 && !gate.mayLeave(burst, i, egress, tag)) {
            lose(burst, i, egress, tag, DropReason.RATE_LIMIT);
        } else {
            TransmitList list = lists[egress];
            if (list.count == 0) {
                touched[touchedCount++] = egress;
            }
            list.add(i, tag);
        }
        return true;
    }

    private void lose(Burst burst, int i, int egress, int tag, DropReason reason) {
        rows[egress][PortCounters.egressDrop(reason.ordinal())]++;
        if (taps.any()) {
            taps.lost(egress, burst, i, tag, reason);
        }
    }

    // ---- transmit --------------------------------------------------------------------------------------------------

    private void transmit(Burst burst, int egress) {
        TransmitList list = lists[egress];
        Device device = legs[egress];
        if (device != null) {
            transmitter.send(burst, list, device, rows[egress], snapshot.mtu[egress]);
        }
        list.count = 0;
    }

    // ---- frames of the switch's own --------------------------------------------------------------------------------

    /**
     * Sends a finished frame by one port, also while that is shut. Nothing happens when it has no device.
     *
     * @param frame without tag, at most {@link Burst#HEAD_LIMIT} bytes
     * @param tag it leaves with, 0 for none
     */
    void inject(Burst own, int port, byte[] frame, int tag) {
        Device device = port < snapshot.ports() ? taps.leg(port, snapshot.guards.device[port]) : null;
        if (device == null) {
            return;
        }
        taps.now(System.nanoTime());
        own.clear();
        int i = own.begin(frame.length, port, 0, 0);
        Memory.copy(frame, 0, own.head(i), frame.length);
        own.headLength[i] = frame.length;
        injected.count = 0;
        injected.add(i, tag);
        rows[port][PortCounters.COPIES]++;
        transmitter.send(own, injected, device, rows[port], snapshot.mtu[port]);
    }

    @Override
    public void close() {
        transmitter.close();
        taps.close();
    }
}
