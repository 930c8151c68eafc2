package net.weft.vswitch.forward;

import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.OuterTag;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.zoning.ZoneFilter;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a burst: frames are put onto the list of each port they leave by, with the tag they leave with, or are counted there
 * as lost; then each list goes to its device once. One thread; nothing is allocated per frame.
 */
final class EgressLists implements AutoCloseable {
    private final IngressChecks gate;
    private final PortMonitors taps;
    private final Transmitter transmitter = new Transmitter();
    private TransmitList[] lists = {};
    private int[] touched = {};
    private int touchedCount;
    private Snapshot snapshot = Snapshot.empty();
    private @Nullable Device[] legs = {};
    private long[][] rows = {};

    EgressLists(IngressChecks gate, PortMonitors taps) {
        this.gate = gate;
        this.taps = taps;
    }

    /**
     * Takes a new configuration, and the legs of the taps; between bursts only. Allocates where the number of ports has grown.
     *
     * @param counters the worker's row of each port
     */
    void adopt(Snapshot next, long[][] counters) {
        snapshot = next;
        rows = counters;
        legs = taps.legs();
        if (lists.length < next.ports()) {
            TransmitList[] grown = new TransmitList[next.ports()];
            for (int port = 0; port < grown.length; port++) {
                grown[port] = port < lists.length ? lists[port] : new TransmitList();
            }
            lists = grown;
            touched = new int[grown.length];
        }
    }

    /**
     * Puts a frame on a port's list, or counts there why it cannot leave. False when the port is no member.
     *
     * @param vid the VLAN it travels in
     * @param refusal {@link ZoneFilter#FINE}, or why zones forbid it
     */
    boolean add(Burst burst, int i, int egress, int vid, int refusal) {
        VlanMembership membership = snapshot.membership[egress];
        if (membership == null) {
            return false;
        }
        int tag = membership.egressTag(vid, burst.tag[i]);
        if (tag == VlanMembership.NOT_MEMBER) {
            return false;
        }
        if (tag != 0 && burst.tag[i] == 0 && OuterTag.hides(burst, i)) {
            tag |= OuterTag.customersPriority(burst, i);
        }
        rows[burst.port[i]][PortCounters.COPIES]++;
        if (refusal != ZoneFilter.PASS) {
            lose(burst, i, egress, tag, DropReason.of(refusal));
        } else if (legs[egress] == null) {
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

    /** Sends all lists, and empties them. */
    void transmit(Burst burst) {
        for (int i = 0; i < touchedCount; i++) {
            int egress = touched[i];
            TransmitList list = lists[egress];
            Device device = legs[egress];
            if (device != null) {
                transmitter.send(burst, list, device, rows[egress], snapshot.mtu[egress]);
            }
            list.count = 0;
        }
        touchedCount = 0;
    }

    /** After a fault: forgets the lists of the burst that was under way. */
    void abandon() {
        for (TransmitList list : lists) {
            list.count = 0;
        }
        touchedCount = 0;
    }

    @Override
    public void close() {
        transmitter.close();
    }
}
