package net.weft.vswitch.forward;

import static net.weft.vswitch.burst.Burst.CAPACITY;

import java.util.List;
import net.weft.linux.Memory;
import net.weft.packet.EtherType;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.OuterTag;
import net.weft.vswitch.burst.Verdict;
import net.weft.vswitch.fdb.MacCache;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.offload.OffloadCheck;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.zoning.ZoneFilter;

/**
 * What happens to a burst, in the order of this file: <b>classify</b> every frame (tag, VLAN, sanity, learn, look up) into
 * a verdict; <b>judge</b> by zones those that are to go somewhere; <b>dispatch</b> it to the lists of its egress ports, or count why not; <b>transmit</b> the list of each port
 * once, through the {@link Transmitter}.
 * <p>
 * Lists are filled in frame order whatever the verdicts, so that two frames of one flow never change places, even when the
 * first is flooded and the second no longer.
 * <p>
 * One per worker; not thread-safe; nothing is allocated per frame.
 */
public final class Forwarder implements AutoCloseable {
    private static final long MAC_MASK = 0xFFFF_FFFF_FFFFL;
    /** 01:80:c2:00:00:0x, first byte lowest, without the last nibble that varies. */
    private static final long RESERVED = 0x00_00_00_C2_80_01L;
    private static final long RESERVED_MASK = 0xF0_FF_FF_FF_FF_FFL;

    private final int workerId;
    private final MacCache addresses;
    private final VlanTally vlans = new VlanTally();
    private final IngressChecks gate;
    private final EgressLists lists;
    private final int[] verdict = new int[CAPACITY];
    private final int[] vid = new int[CAPACITY];
    private final ZoneFilter zones;
    private final PortMonitors taps;
    private final Injector ownFrames;
    private Snapshot snapshot = Snapshot.empty();
    private long[][] rows = {};
    private boolean again;

    /** @param punts where frames for the control thread go */
    public Forwarder(int workerId, MacTable macs, PuntQueue punts) {
        this(workerId, macs, punts, false);
    }

    /** @param observing true: connections stay as they are, for a trace */
    public Forwarder(int workerId, MacTable macs, PuntQueue punts, boolean observing) {
        this.workerId = workerId;
        this.addresses = new MacCache(macs, !observing);
        gate = new IngressChecks(punts);
        zones = new ZoneFilter(observing);
        taps = new PortMonitors(workerId);
        lists = new EgressLists(gate, taps);
        ownFrames = new Injector(gate, zones, taps);
    }

    /** Takes a new configuration; between bursts only. Allocates where the number of ports has grown. */
    public void adopt(Snapshot next) {
        snapshot = next;
        gate.adopt(next);
        addresses.adopt(next.zones.owners());
        zones.adopt(next.zones, port -> port < next.ports() && next.counters[port] != null);
        rows = new long[next.ports()][];
        for (int port = 0; port < next.ports(); port++) {
            PortCounters counters = next.counters[port];
            rows[port] = counters == null ? new long[0] : counters.row(workerId);
        }
        taps.adopt(next);
        lists.adopt(next, rows);
        ownFrames.adopt(next, rows);
    }

    /** Shows frames to these captures from now on; between bursts only. */
    public void capture(List<PortMonitor> captures) {
        taps.captures(captures);
        lists.adopt(snapshot, rows);
    }

    /**
     * Forwards what has waited long enough.
     *
     * @return frames
     */
    public int forwardHeld(long nowNs) {
        Burst held = zones.released(nowNs);
        if (held == null) {
            return 0;
        }
        again = true;
        try {
            forward(held, nowNs);
        } finally {
            again = false;
            zones.forwarded();
        }
        return held.count;
    }

    /** Whether frames wait, for which {@link #forwardHeld} is to be called every few milliseconds. */
    public boolean isHolding() {
        return zones.isHolding();
    }

    /** Forwards or drops every frame of the burst; afterwards its memory is free for reuse. */
    public void forward(Burst burst, long nowNs) {
        int nowSeconds = (int) (nowNs / 1_000_000_000L);
        addresses.forget();
        gate.begin(nowNs, again);
        zones.now(nowNs);
        taps.now(nowNs);
        for (int i = 0; i < burst.count; i++) {
            verdict[i] = classify(burst, i, nowSeconds);
        }
        if (snapshot.zones.isActive()) {
            evaluate(burst);
        }
        vlans.count(burst, vid, verdict);
        for (int i = 0; i < burst.count; i++) {
            dispatch(burst, i);
        }
        lists.transmit(burst);
        if (zones.settle()) {
            ownFrames.answerRejected(burst, vid, verdict);
        }
        if (taps.any()) {
            taps.received(burst, verdict);
        }
    }

    /** The VLAN that frame {@code i} of the burst forwarded last was judged in, or an older one's if it did not come so far. */
    public int vid(int i) {
        return vid[i];
    }

    /** The {@link Verdict} on frame {@code i} of the burst forwarded last. */
    public int verdict(int i) {
        return verdict[i];
    }

    /** Whether frames were punted since this was last asked. */
    public boolean takePunted() {
        return gate.takePunted();
    }

    /** After a fault: forgets the lists of the burst that was under way. */
    public void abandon() {
        lists.abandon();
    }

    /** Forgets some of what has been silent for too long; every turn. */
    public void age(long nowNs) {
        zones.age(nowNs);
    }

    /** What zones say of frames, and have counted. */
    public ZoneFilter zones() {
        return zones;
    }

    /** What {@code VlanCounters} reads. */
    public long[] vlanRow() {
        return vlans.row();
    }

    // ---- classify --------------------------------------------------------------------------------------------------

    private int classify(Burst burst, int i, int nowSeconds) {
        int length = burst.length[i];
        int ingress = burst.port[i];
        long[] row = rows[ingress];
        if (again) {
            row[PortCounters.AGAIN]++;
        } else {
            row[PortCounters.RX_PACKETS]++;
            row[PortCounters.RX_BYTES] += length;
        }
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
        if (tag != 0 && EtherType.isVlan(innerType) && !membership.isTunnel()
                && ((tag & 0xFFF) == 0 || isHidden(burst, i, vlan))) {
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
        if (EgressLists.tooLarge(burst, i, snapshot.mtu[ingress])) {
            return drop(DropReason.OVERSIZE);
        }
        if ((destination & RESERVED_MASK) == RESERVED) {
            return reserved(burst, i, vlan, destination);
        }
        int flags = snapshot.guards.flags[ingress];
        if ((flags & Guards.ADMISSION) != 0) {
            int refusal = gate.admit(burst, i, vlan, destination, flags);
            if (refusal != IngressChecks.ADMITTED) {
                return refusal;
            }
        }
        if ((flags & Guards.JUDGED) != 0) {
            int refusal = zones.admit(burst, i, vlan);
            if (refusal != ZoneFilter.PASS) {
                return Verdict.drop(refusal);
            }
        }
        if ((destination & 1) != 0 && gate.consumes(burst, i, vlan, destination, flags)) {
            return Verdict.PUNTED;
        }
        // What was held has been learned when it came: its station may have moved since.
        if (!again) {
            int outcome = addresses.learn(vlan, source, ingress, nowSeconds, snapshot.macLimit[ingress]);
            if (outcome >= MacTable.LIMIT) {
                return drop(outcome == MacTable.HELD ? DropReason.GUARD_MAC : DropReason.MAC_LIMIT);
            }
        }
        if ((destination & 1) != 0) {
            return gate.group(burst, i, vlan, destination, flags);
        }
        int egress = addresses.lookup(vlan, destination);
        if (egress == ingress) {
            return drop(DropReason.SAME_PORT);
        }
        if (egress < 0 || egress >= snapshot.ports() || snapshot.membership[egress] == null) {
            return gate.flood(burst, i, flags);
        }
        return egress;
    }

    /** Whether stations see no tag where zones do, behind the outer one: it is not a customer's and has no VLAN. */
    private boolean isHidden(Burst burst, int i, int vlan) {
        return snapshot.zones.looksInside(burst.port[i]) && OuterTag.innerVid(burst, i) == 0
                && !snapshot.guards.tunnels.contains(vlan);
    }

    private int reserved(Burst burst, int i, int vlan, long destination) {
        int to = gate.reserved(burst, i, vlan, destination);
        if (to != Verdict.FLOOD || (snapshot.guards.flags[burst.port[i]] & Guards.JUDGED) == 0) {
            return to;
        }
        int refusal = zones.admit(burst, i, vlan);
        return refusal == ZoneFilter.PASS ? to : Verdict.drop(refusal);
    }

    private static int drop(DropReason reason) {
        return Verdict.drop(reason);
    }

    // ---- judge -----------------------------------------------------------------------------------------------------

    /** Asks zones of the frames that are to go somewhere. */
    private void evaluate(Burst burst) {
        for (int i = 0; i < burst.count; i++) {
            int to = verdict[i];
            if (to >= Verdict.FLOOD) {
                int refusal = to >= 0 ? zones.evaluate(burst, i, vid[i], to) : zones.flood(burst, i, vid[i]);
                if (refusal != ZoneFilter.PASS) {
                    verdict[i] = refusal == ZoneFilter.HELD ? Verdict.HELD : Verdict.drop(refusal);
                }
            }
        }
    }

    // ---- dispatch --------------------------------------------------------------------------------------------------

    private void dispatch(Burst burst, int i) {
        int to = verdict[i];
        int ingress = burst.port[i];
        if (to >= 0) {
            if (!lists.add(burst, i, to, vid[i], ZoneFilter.PASS)) {
                nowhere(burst, i);
            }
        } else if (to == Verdict.FLOOD) {
            int copies = 0;
            boolean zoned = (snapshot.guards.flags[ingress] & Guards.ZONED) != 0;
            for (int member : gate.members(i, vid[i])) {
                if (member != ingress && member < snapshot.ports() && gate.reaches(i, member)
                        && lists.add(burst, i, member, vid[i],
                                zoned ? zones.judgeCopy(burst, i, vid[i], member) : ZoneFilter.PASS)) {
                    copies++;
                }
            }
            if (copies > 0) {
                rows[ingress][PortCounters.FLOODED]++;
            } else {
                nowhere(burst, i);
            }
        } else {
            rows[ingress][Verdict.isDrop(to)
                    ? PortCounters.ingressDrop(Verdict.reason(to))
                    : to == Verdict.PUNTED ? PortCounters.PUNTED : PortCounters.HELD]++;
        }
    }

    private void nowhere(Burst burst, int i) {
        verdict[i] = drop(DropReason.NO_DESTINATION);
        rows[burst.port[i]][PortCounters.ingressDrop(DropReason.NO_DESTINATION.ordinal())]++;
    }

    // ---- frames of the switch's own --------------------------------------------------------------------------------

    /**
     * Sends a finished frame by one port, also while that is shut. Nothing happens when it has no device.
     *
     * @param frame without tag, at most {@link Burst#HEAD_LIMIT} bytes
     * @param tag it leaves with, 0 for none
     */
    public void inject(int port, byte[] frame, int tag) {
        ownFrames.inject(port, frame, tag);
    }

    @Override
    public void close() {
        lists.close();
        ownFrames.close();
        zones.close();
        taps.close();
    }
}
