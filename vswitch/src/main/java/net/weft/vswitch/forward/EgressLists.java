package net.weft.vswitch.forward;

import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.OuterTag;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.offload.FrameSize;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.zoning.ZoneFilter;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a burst: each frame is put onto the list of the leg that it leaves by, with its port and the tag it leaves with, or is
 * counted at the port as lost; then each list goes to its device once. One thread; nothing is allocated per frame.
 * <p>
 * There are {@value #LISTS} lists, whatever the number of legs: a leg gets one when a burst first uses it. When a frame that is flooded to
 * very many legs uses them all up, they are sent and go on with the next legs; the order of each leg's frames stays.
 */
final class EgressLists implements AutoCloseable {
    private static final int LISTS = 2 * Burst.CAPACITY;

    private final Policers policers;
    private final PortMonitors monitors;
    private final Transmitter transmitter = new Transmitter();
    private final TransmitList[] lists = new TransmitList[LISTS];
    private final int[] legOfList = new int[LISTS];
    /** By leg, one more than the number of its list; 0 for none. */
    private int[] listOfLeg = {};
    private int used;
    private Snapshot snapshot = Snapshot.empty();
    private @Nullable Device[] devices = {};
    private long[][] rows = {};

    EgressLists(Policers policers, PortMonitors monitors) {
        this.policers = policers;
        this.monitors = monitors;
        for (int n = 0; n < LISTS; n++) {
            lists[n] = new TransmitList();
        }
    }

    /**
     * Takes a new configuration, and the devices that the monitors look at; between bursts only. Allocates where the number of legs has grown.
     *
     * @param counters the worker's row of each port
     */
    void adopt(Snapshot next, long[][] counters) {
        snapshot = next;
        rows = counters;
        devices = monitors.devices();
        if (listOfLeg.length < devices.length) {
            listOfLeg = new int[devices.length];
        }
    }

    /**
     * Puts a frame on the list of the leg that a port is reached by, or counts at the port why it cannot leave. False when the port is no
     * member of the frame's VLAN.
     *
     * @param refusal {@link ZoneFilter#PASS}, or why zones forbid it
     */
    boolean add(Burst burst, int i, int egress, int refusal) {
        VlanMembership membership = snapshot.membership[egress];
        if (membership == null) {
            return false;
        }
        int tag = membership.egressTag(burst.vid[i], burst.tag[i]);
        if (tag == VlanMembership.NOT_MEMBER) {
            return false;
        }
        if (tag != 0 && burst.tag[i] == 0 && OuterTag.hides(burst, i)) {
            tag |= OuterTag.customersPriority(burst, i);
        }
        rows[burst.port[i]][PortCounters.COPIES]++;
        int up = snapshot.links.forwarding(egress);
        if (refusal != ZoneFilter.PASS) {
            lose(burst, i, egress, tag, DropReason.of(refusal));
        } else if (up == 0) {
            lose(burst, i, egress, tag, DropReason.PORT_DOWN);
        } else if (tag == 0 && OuterTag.hides(burst, i) && !membership.isTunnel()) {
            lose(burst, i, egress, tag, DropReason.DOUBLE_TAG);
        } else if (FrameSize.exceeds(burst, i,
                snapshot.mtu[egress] + OuterTag.customersBytes(burst, i, membership))) {
            lose(burst, i, egress, tag, DropReason.OVERSIZE);
        } else if ((snapshot.protections.flags[egress] & PortFlags.EGRESS_RATE) != 0
                && !policers.mayLeave(burst, i, egress, tag)) {
            lose(burst, i, egress, tag, DropReason.RATE_LIMIT);
        } else {
            append(burst, i, egress, tag, snapshot.legs.pick(burst, i, egress, up));
        }
        return true;
    }

    private void append(Burst burst, int i, int egress, int tag, int leg) {
        if (leg < 0 || devices[leg] == null) {
            lose(burst, i, egress, tag, DropReason.PORT_DOWN);
            return;
        }
        int list = listOfLeg[leg];
        if (list == 0 || lists[list - 1].isFull()) {
            if (list != 0 || used == LISTS) {
                transmit(burst);
            }
            legOfList[used] = leg;
            list = ++used;
            listOfLeg[leg] = list;
        }
        lists[list - 1].add(i, tag, egress);
    }

    private void lose(Burst burst, int i, int egress, int tag, DropReason reason) {
        rows[egress][PortCounters.egressDrop(reason.ordinal())]++;
        if (monitors.any()) {
            monitors.lost(egress, burst, i, tag, reason);
        }
    }

    /** Sends all lists, and empties them. */
    void transmit(Burst burst) {
        for (int n = 0; n < used; n++) {
            int leg = legOfList[n];
            Device device = devices[leg];
            if (device != null) {
                transmitter.send(burst, lists[n], device, rows, snapshot.mtu);
            }
            lists[n].count = 0;
            listOfLeg[leg] = 0;
        }
        used = 0;
    }

    /** After a fault: forgets the lists of the burst that was under way. */
    void abandon() {
        for (int n = 0; n < used; n++) {
            lists[n].count = 0;
            listOfLeg[legOfList[n]] = 0;
        }
        used = 0;
    }

    @Override
    public void close() {
        transmitter.close();
    }
}
