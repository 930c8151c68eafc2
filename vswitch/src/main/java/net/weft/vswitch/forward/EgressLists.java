package net.weft.vswitch.forward;

import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.OuterTag;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.offload.FrameSize;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.FlowFields;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.stack.StackPath;
import net.weft.vswitch.zoning.ZoneFilter;
import org.jspecify.annotations.Nullable;

/**
 * The egress stage of forwarding: appends each frame to the transmit list of its egress leg, with its port and egress
 * tag, or counts the drop at the egress port; then transmits each list to its device in one call. One thread; nothing
 * is allocated per frame.
 * <p>
 * There are {@value #LISTS} lists, whatever the number of legs: a leg gets a list when a burst first uses it. When a
 * frame that is flooded to very many legs uses up all lists, they are transmitted and reused for the next legs; the
 * order of each leg's frames is kept.
 */
final class EgressLists implements AutoCloseable {
    private static final int LISTS = 2 * Burst.CAPACITY;

    /** Value of {@link #workerId} for a trace. */
    static final int OBSERVING = -1;

    private final int workerId;
    private final Policers policers;
    private final PortMonitors monitors;
    private final Transmitter transmitter = new Transmitter();
    private final TransmitList[] lists = new TransmitList[LISTS];
    private final int[] legOfList = new int[LISTS];
    /** Number of the list of each leg plus one; 0 for none. */
    private int[] listOfLeg = {};
    private int used;
    /** Number plus one of the list to which a frame was appended last; 0 if none is filled. */
    private int lastList;
    private Snapshot snapshot = Snapshot.empty();
    private @Nullable Device[] devices = {};
    private long[][] rows = {};
    private LegRows legRows = LegRows.NONE;
    private final LegHold hold;
    private @Nullable StackPath stack;
    private long nowNs;
    private final EgressRun run;
    private final FloodRun floods = new FloodRun(LISTS);

    /** @param workerId id of the worker, {@link #OBSERVING} for a trace */
    EgressLists(int workerId, Policers policers, PortMonitors monitors) {
        this.workerId = workerId;
        hold = new LegHold(workerId);
        run = new EgressRun(workerId);
        this.policers = policers;
        this.monitors = monitors;
        for (int n = 0; n < LISTS; n++) {
            lists[n] = new TransmitList();
        }
    }

    /**
     * Adopts a new configuration and the devices that the port monitors wrap; between bursts only. Allocates if the
     * number of legs has grown.
     * @param counters the worker's row of each port
     * @param legCounters the worker's rows of legs
     * @param stackPath the way through the stack; null for a switch that is in none
     */
    void adopt(Snapshot next, long[][] counters, LegRows legCounters, @Nullable StackPath stackPath) {
        stack = stackPath;
        snapshot = next;
        rows = counters;
        legRows = legCounters;
        devices = stackPath == null ? monitors.devices() : stackPath.devices(monitors.devices());
        if (listOfLeg.length < devices.length) {
            listOfLeg = new int[devices.length];
        }
    }

    /** Begins a burst. @param monotonicNs monotonic clock */
    void now(long monotonicNs) {
        nowNs = monotonicNs;
    }

    /**
     * Appends a frame that is not flooded to the list of a leg of its egress port, or counts at the port why it is
     * dropped. Returns false if the port is no member of the frame's VLAN.
     */
    boolean add(Burst burst, int i, int egress) {
        TransmitList list = run.continues(burst, i, egress) ? listOfRun(burst, i) : null;
        boolean isMember = true;
        if (list != null) {
            list.add(i, run.tag(), egress);
        } else {
            run.end();
            isMember = addCopy(burst, i, egress, snapshot.links.forwarding(egress), OuterTag.hides(burst, i),
                    ZoneFilter.PASS);
            if (isMember) {
                beginRun(burst, i, egress);
            }
        }
        rows[burst.port[i]][PortCounters.COPIES] += isMember ? 1 : 0;
        return isMember;
    }

    /**
     * Appends the copies of a flooded frame as those of the frame before it. Returns the number of copies, or -1, and
     * then nothing was appended, if the frame may leave in another way.
     */
    int addAgain(Burst burst, int i) {
        if (!floods.continues(burst, i)) {
            return -1;
        }
        for (int n = 0; n < floods.copies(); n++) {
            if (lists[floods.list(n)].isFull()) {
                return -1;
            }
        }
        for (int n = 0; n < floods.copies(); n++) {
            lists[floods.list(n)].add(i, floods.tag(n), floods.port(n));
        }
        return floods.copies();
    }

    /** Begins a flooded frame: the calls of {@link #addCopy} until {@link #endFlood} are for its copies. */
    void beginFlood() {
        floods.begin();
    }

    /**
     * Ends a flooded frame.
     * @param repeats whether the next frame of the same port and VLAN goes to the same ports
     */
    void endFlood(Burst burst, int i, boolean repeats) {
        floods.end(burst, i, repeats);
    }

    /** Returns the list of a frame of the run; null if the list is full, or its leg has none yet. */
    private @Nullable TransmitList listOfRun(Burst burst, int i) {
        TransmitList list = run.list();
        if (list == null) {
            int leg = run.leg(burst, i, nowNs);
            int number = leg < 0 ? 0 : listOfLeg[leg];
            list = number == 0 ? null : lists[number - 1];
        }
        return list == null || list.isFull() ? null : list;
    }

    /**
     * Appends a copy of a frame as {@link #add} does, but leaves it to the caller to count it among the copies.
     * @param up the egress port's word of {@link LinkState}
     * @param hidesTag {@link OuterTag#hides} of the frame
     * @param refusal {@link ZoneFilter#PASS}, or the ordinal of the reason for which zones drop the copy
     */
    boolean addCopy(Burst burst, int i, int egress, int up, boolean hidesTag, int refusal) {
        VlanMembership membership = snapshot.membership[egress];
        if (membership == null) {
            return false;
        }
        int tag = membership.egressTag(burst.vid[i], burst.tag[i]);
        if (tag == VlanMembership.NOT_MEMBER) {
            return false;
        }
        StackPath through = stack;
        if (through != null && (snapshot.stack.isRemote(egress) || up == 0 && leadsOn(egress))) {
            int links = through.links(egress);
            int hash = (links & links - 1) == 0 ? 0 : FlowHash.of(burst, i, FlowFields.L3_L4);
            append(burst, i, egress, burst.tag[i], links == 0 ? LegGroup.NONE : through.leg(links, hash));
            lastList = 0; // no run: the next frame may take another link
            return true;
        }
        if (hidesTag && tag != 0 && burst.tag[i] == 0) {
            tag |= OuterTag.customersPriority(burst, i);
        }
        if (refusal != ZoneFilter.PASS) {
            drop(burst, i, egress, tag, DropReason.of(refusal));
        } else if (up == 0) {
            drop(burst, i, egress, tag, DropReason.PORT_DOWN);
        } else if (hidesTag && tag == 0 && !membership.isTunnel()) {
            drop(burst, i, egress, tag, DropReason.DOUBLE_TAG);
        } else if (FrameSize.exceeds(burst, i,
                snapshot.mtu[egress] + (hidesTag ? OuterTag.customersBytes(burst, i, membership) : 0))) {
            drop(burst, i, egress, tag, DropReason.OVERSIZE);
        } else if ((snapshot.protections.flags[egress] & PortFlags.EGRESS_RATE) != 0
                && !policers.mayLeave(burst, i, egress, tag)) {
            drop(burst, i, egress, tag, DropReason.RATE_LIMIT);
        } else {
            append(burst, i, egress, tag, snapshot.legs.pick(burst, i, egress, up, workerId, nowNs));
            floods.add(lastList - 1, egress, tag, snapshot);
        }
        return true;
    }

    /** Returns whether a port that forwards nothing here may do so at other members: it is a link aggregation that is not shut. */
    private boolean leadsOn(int egress) {
        return snapshot.stack.isSpread(egress) && (snapshot.protections.flags[egress] & PortFlags.SHUT) == 0;
    }

    /** Appends a copy of a flooded frame for each stack link that leads on. Returns the number of copies. */
    int addStacked(Burst burst, int i) {
        StackPath through = stack;
        int links = through == null ? 0 : through.children(burst, i);
        for (int rest = links; rest != 0; rest &= rest - 1) {
            int slot = Integer.numberOfTrailingZeros(rest);
            append(burst, i, snapshot.stack.port(slot), burst.tag[i], snapshot.stack.leg(slot));
        }
        return Integer.bitCount(links);
    }

    /**
     * Begins a run with a frame that was just appended, unless it was dropped, or further frames might leave with
     * another tag, be held, or be dropped by a policer.
     */
    private void beginRun(Burst burst, int i, int egress) {
        int list = lastList;
        if (list == 0 || (snapshot.protections.flags[egress] & PortFlags.EGRESS_RATE) != 0 || !hold.isEmpty()) {
            return;
        }
        TransmitList last = lists[list - 1];
        if (last.count > 0 && last.frame[last.count - 1] == i && last.port[last.count - 1] == egress
                && !OuterTag.hides(burst, i)) {
            run.begin(burst, i, egress, last.tag[last.count - 1], last, snapshot);
        }
    }

    private void append(Burst burst, int i, int egress, int tag, int leg) {
        if (leg == LegGroup.HOLD) {
            hold(burst, i, egress, tag);
            return;
        }
        if (leg < 0 || devices[leg] == null) {
            drop(burst, i, egress, tag, DropReason.PORT_DOWN);
            return;
        }
        int list = listOfLeg[leg];
        if (list == 0 || lists[list - 1].isFull()) {
            if (list != 0 || used == LISTS) {
                transmitBurst(burst);
            }
            legOfList[used] = leg;
            list = ++used;
            listOfLeg[leg] = list;
        }
        lists[list - 1].add(i, tag, egress);
        lastList = list;
    }

    private void drop(Burst burst, int i, int egress, int tag, DropReason reason) {
        floods.spoil();
        rows[egress][PortCounters.egressDrop(reason.ordinal())]++;
        if (monitors.any()) {
            monitors.lost(egress, burst, i, tag, reason);
        }
    }

    // ---- frames of buckets that are about to move to another leg -----------------------------------------------------

    /** Holds a frame. When there is no room, all holds end: held frames leave first, in their order, then this one. */
    private void hold(Burst burst, int i, int egress, int tag) {
        LegGroup group = snapshot.legs.group(egress);
        LegBuckets buckets = group == null ? null : group.buckets();
        if (group == null || buckets == null) {
            return;
        }
        int bucket = LegBuckets.bucket(FlowHash.of(burst, i, group.fields()));
        run.end();
        floods.spoil();
        if (!hold.isFull()) {
            hold.add(burst, i, egress, tag, buckets, bucket, nowNs);
            return;
        }
        transmitBurst(burst);
        hold.endAll();
        while (release(nowNs) > 0) {
            // the ring empties a burst at a time
        }
        append(burst, i, egress, tag,
                group.release(bucket, snapshot.links.forwarding(egress), workerId, System.nanoTime()));
    }

    /** Returns whether frames are held; then {@link #release} must be called every millisecond. */
    boolean isHolding() {
        return !hold.isEmpty();
    }

    /** Sends held frames whose buckets may send again, at most a burst of them. The lists must be empty. */
    int release(long monotonicNs) {
        if (hold.isEmpty()) {
            return 0;
        }
        Burst out = hold.burst();
        out.clear();
        while (!out.isFull() && hold.isDue(monotonicNs)) {
            int egress = hold.take();
            int i = out.count - 1;
            LegGroup group = egress < snapshot.ports() ? snapshot.legs.group(egress) : null;
            if (snapshot.counters.length > egress && snapshot.counters[egress] != null) {
                append(out, i, egress, hold.takenTag(), group == null
                        ? LegGroup.NONE
                        : group.release(hold.takenBucket(), snapshot.links.forwarding(egress), workerId, monotonicNs));
            }
        }
        int released = out.count;
        transmitBurst(out);
        out.clear();
        return released;
    }

    /** Transmits and empties all lists. */
    void transmitBurst(Burst burst) {
        for (int n = 0; n < used; n++) {
            int leg = legOfList[n];
            Device device = devices[leg];
            if (device != null) {
                transmitter.send(burst, lists[n], device, rows, snapshot.mtu);
                legRows.sent(leg, transmitter);
            }
            lists[n].count = 0;
            listOfLeg[leg] = 0;
        }
        used = 0;
        lastList = 0;
        run.end();
        floods.spoil();
    }

    /** Empties the lists without transmitting them, after a fault ended the burst. */
    void abandon() {
        for (int n = 0; n < used; n++) {
            lists[n].count = 0;
            listOfLeg[legOfList[n]] = 0;
        }
        used = 0;
        lastList = 0;
        run.end();
        floods.spoil();
    }

    @Override
    public void close() {
        hold.close();
        transmitter.close();
    }
}
