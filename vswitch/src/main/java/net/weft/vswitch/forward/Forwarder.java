package net.weft.vswitch.forward;

import java.util.List;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.OuterTag;
import net.weft.vswitch.burst.Verdict;
import net.weft.vswitch.fdb.MacCache;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.punt.PuntQueues;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.stack.StackPath;
import net.weft.vswitch.stack.StackRoutes;
import net.weft.vswitch.stack.StackTable;
import net.weft.vswitch.zoning.ZoneFilter;
import org.jspecify.annotations.Nullable;

/**
 * Forwards bursts. What happens to a burst, in this order:
 * <ol>
 * <li>The {@link Classifier} finds the VLAN and checks each frame; the ingress port counts it.
 * <li>{@link IngressChecks} and {@link ControlTraps} apply the port's protections and punt control frames.
 * <li>The source address is learned and the destination looked up in the MAC table: each frame has a {@link Verdict}.
 * <li>The {@link ZoneFilter} evaluates the policies on frames that are forwarded or flooded; it may drop or hold them.
 * <li>The {@link VlanTally} counts the frames of each VLAN.
 * <li>Each frame is appended to the {@link EgressLists} of its egress port, or of all ports when it is flooded.
 * <li>Each list is transmitted to its device in one call; the {@link Transmitter} segments in software if it must.
 * <li>The {@link Injector} answers the senders of rejected frames, and port monitors receive the whole burst.
 * </ol>
 * Lists are filled in frame order whatever the verdicts, so that two frames of one flow are never reordered, even if
 * the first is flooded and the second is not.
 * <p>
 * Each stage is a loop over the burst in a method whose name ends in {@code Burst}. The JVM's options forbid inlining
 * such methods, so that each loop is compiled by itself: a method that contained all stages would be too large for good
 * register allocation, and which parts of it were inlined would differ from run to run.
 * <p>
 * One per worker; not thread-safe; nothing is allocated per frame.
 */
public final class Forwarder implements AutoCloseable {
    private final int workerId;
    private final boolean observing;
    private final MacCache addresses;
    private final Classifier classifier;
    private final VlanTally vlans = new VlanTally();
    private final Policers policers = new Policers();
    private final ControlTraps traps;
    private final IngressChecks checks;
    private final EgressLists lists;
    private final ZoneFilter zones;
    private final PortMonitors monitors;
    private final Injector injector;
    private Snapshot snapshot = Snapshot.empty();
    private long[][] rows = {};
    private LegRows legRows = LegRows.NONE;
    private @Nullable StackPath stack;

    /** @param punts the queues of frames that are punted to link protocols */
    public Forwarder(int workerId, MacTable macs, PuntQueues punts) {
        this(workerId, macs, punts, false);
    }

    /** @param observing true if connections must stay unchanged, for a trace */
    public Forwarder(int workerId, MacTable macs, PuntQueues punts, boolean observing) {
        this.workerId = workerId;
        this.observing = observing;
        this.addresses = new MacCache(macs, !observing);
        traps = new ControlTraps(punts, policers);
        checks = new IngressChecks(policers, traps);
        zones = new ZoneFilter(observing);
        classifier = new Classifier(addresses, checks, traps, zones);
        monitors = new PortMonitors(workerId);
        lists = new EgressLists(observing ? EgressLists.OBSERVING : workerId, policers, monitors);
        injector = new Injector(policers, monitors);
    }

    /** Adopts a new configuration; between bursts only. Allocates if the number of ports has grown. */
    public void adopt(Snapshot next) {
        snapshot = next;
        policers.adopt(next);
        legRows = new LegRows(next.legs.lagLegs, workerId);
        checks.adopt(next);
        addresses.adopt(next.zones.owners());
        zones.adopt(next.zones, port -> port < next.ports() && next.counters[port] != null);
        rows = new long[next.ports()][];
        for (int port = 0; port < next.ports(); port++) {
            PortCounters counters = next.counters[port];
            rows[port] = counters == null ? new long[0] : counters.row(workerId);
        }
        classifier.adopt(next, rows);
        monitors.adopt(next);
        if (stack == null && next.stack.isActive()) {
            stack = new StackPath();
        }
        if (stack != null) {
            stack.adopt(next.stack, next.mtu, next.membership);
        }
        lists.adopt(next, rows, legRows, stack);
        injector.adopt(next, rows);
    }

    /** Replaces the captures that observe forwarded frames; between bursts only. */
    public void capture(List<PortMonitor> captures) {
        monitors.captures(captures);
        lists.adopt(snapshot, rows, legRows, stack);
    }

    /**
     * Forwards the held frames that are released now.
     * @return number of frames
     */
    public int forwardReleased(long nowNs) {
        int sent = lists.release(nowNs);
        Burst held = zones.released(nowNs);
        if (held == null) {
            return sent;
        }
        try {
            forwardBurst(held, nowNs, true);
        } finally {
            zones.forwarded();
        }
        return held.count + sent;
    }

    /** Returns whether frames are held for a moment, because their buckets move to another leg of a link aggregation. */
    public boolean isHoldingLegs() {
        return lists.isHolding();
    }

    /**
     * Returns whether frames are held. While they are, {@link #forwardReleased} must be called every few milliseconds.
     */
    public boolean isHolding() {
        return zones.isHolding();
    }

    /** Forwards or drops every frame of the burst; afterwards its memory is free for reuse. */
    public void forward(Burst burst, long nowNs) {
        forwardBurst(burst, nowNs, false);
    }

    private void forwardBurst(Burst burst, long nowNs, boolean isRecirculated) {
        int nowSeconds = (int) (nowNs / 1_000_000_000L);
        addresses.forget();
        policers.begin(nowNs, isRecirculated);
        zones.now(nowNs);
        monitors.now(nowNs);
        lists.now(nowNs);
        StackPath through = stack;
        if (through != null) {
            int slot = snapshot.stack.slot(burst.leg);
            through.begin(isRecirculated ? StackRoutes.NO_LINK : slot, snapshot.stackLinksUp(), isRecirculated);
            if (slot >= 0 && !isRecirculated) {
                classifier.stackBurst(burst, through.receiver(), slot);
                classifier.stackedBurst(through.receiver(), nowSeconds);
                if (monitors.any()) {
                    monitors.received(burst);
                }
                finishBurst(through.receiver().inner());
                return;
            }
        }
        if (isRecirculated) {
            classifier.releasedBurst(burst);
        } else if (collects(burst)) {
            classifier.receivedBurst(burst, nowSeconds);
        } else {
            classifier.standbyBurst(burst);
        }
        finishBurst(burst);
    }

    /** What happens to a burst once its frames have verdicts. */
    private void finishBurst(Burst burst) {
        if (snapshot.zones.isActive()) {
            evaluateBurst(burst);
        }
        vlans.count(burst);
        dispatchBurst(burst);
        lists.transmitBurst(burst);
        if (zones.settle() && !observing) {
            injector.answerRejected(burst);
        }
        if (monitors.any()) {
            monitors.received(burst);
        }
    }

    /** Counts a burst at its leg, and returns whether users' frames are accepted there. */
    private boolean collects(Burst burst) {
        if (!legRows.isLag(burst)) {
            return true;
        }
        boolean collects = snapshot.legs.collects(burst.leg, snapshot.links);
        legRows.received(burst, collects);
        return collects;
    }

    /** Returns whether a frame was punted since the last call of this method. */
    public boolean takePunted() {
        return traps.takePunted();
    }

    /** Empties the egress lists after a fault ended a burst. */
    public void abandon() {
        lists.abandon();
    }

    /** Ages out some of the idle connections; called in every turn of the worker. */
    public void age(long nowNs) {
        zones.age(nowNs);
    }

    /** The zone filter and its counters. */
    public ZoneFilter zones() {
        return zones;
    }

    /** This worker's row of the {@code VlanCounters}. */
    public long[] vlanRow() {
        return vlans.row();
    }

    // ---- evaluate --------------------------------------------------------------------------------------------------

    /** Evaluates the policies on the frames that are forwarded or flooded. In a stack, each connection is evaluated by one member. */
    private void evaluateBurst(Burst burst) {
        StackTable members = snapshot.stack;
        boolean isAlone = !members.isActive();
        boolean entersHere = stack == null || stack.enterHere(burst);
        for (int i = 0; i < burst.count; i++) {
            int to = burst.verdict[i];
            if (to >= 0 && (isAlone || members.isHome(burst.port[i], to, entersHere)) || to == Verdict.FLOOD) {
                int vid = burst.vid[i];
                int refusal = to >= 0 ? zones.evaluate(burst, i, vid, to) : zones.flood(burst, i, vid);
                if (refusal != ZoneFilter.PASS) {
                    burst.verdict[i] = refusal == ZoneFilter.HELD ? Verdict.HELD : Verdict.drop(refusal);
                }
            }
        }
    }

    // ---- dispatch --------------------------------------------------------------------------------------------------

    private void dispatchBurst(Burst burst) {
        for (int i = 0; i < burst.count; i++) {
            int to = burst.verdict[i];
            if (to >= 0) {
                if (!lists.add(burst, i, to)) {
                    dropWithoutDestination(burst, i);
                }
            } else if (to == Verdict.FLOOD) {
                flood(burst, i);
            } else {
                rows[burst.port[i]][Verdict.isDrop(to)
                        ? PortCounters.ingressDrop(Verdict.reason(to))
                        : to == Verdict.PUNTED ? PortCounters.PUNTED : PortCounters.HELD]++;
            }
        }
    }

    private void flood(Burst burst, int i) {
        int ingress = burst.port[i];
        int copies = lists.addAgain(burst, i);
        if (copies < 0) {
            copies = addCopies(burst, i, ingress);
        }
        copies += lists.addStacked(burst, i);
        if (copies > 0) {
            rows[ingress][PortCounters.FLOODED]++;
            rows[ingress][PortCounters.COPIES] += copies;
        } else {
            dropWithoutDestination(burst, i);
        }
    }

    private int addCopies(Burst burst, int i, int ingress) {
        int copies = 0;
        int wanted = burst.floodFlags[i];
        boolean hidesTag = OuterTag.hides(burst, i);
        boolean zoned = (snapshot.protections.flags[ingress] & PortFlags.ZONED) != 0;
        if (zoned) {
            zones.beginCopies(burst, i);
        }
        lists.beginFlood();
        boolean repeats = !zoned && !hidesTag && wanted == 0 && burst.floodPorts[i] == null;
        for (int member : checks.members(burst, i)) {
            if (member != ingress && member < snapshot.ports() && !snapshot.stack.isRemote(member)
                    && (wanted == 0 || checks.reaches(member, wanted))) {
                int up = snapshot.links.forwarding(member);
                if (snapshot.stack.isSpread(member)) {
                    repeats = false;
                    up = stack == null || !stack.delivers(burst, i, member) ? 0 : up;
                }
                if (up != 0 && lists.addCopy(burst, i, member, up, hidesTag,
                        zoned ? zones.evaluateCopy(burst, i, burst.vid[i], member) : ZoneFilter.PASS)) {
                    copies++;
                }
            }
        }
        lists.endFlood(burst, i, repeats);
        return copies;
    }

    private void dropWithoutDestination(Burst burst, int i) {
        burst.verdict[i] = Verdict.drop(DropReason.NO_DESTINATION);
        rows[burst.port[i]][PortCounters.ingressDrop(DropReason.NO_DESTINATION.ordinal())]++;
    }

    // ---- frames of the switch's own --------------------------------------------------------------------------------

    /**
     * Sends a finished frame by one port, even if the port is err-disabled. Does nothing if the port has no device.
     * @param frame without tag, at most {@link Burst#HEAD_LIMIT} bytes
     * @param tag to push as {@code (tpid << 16) | tci}, 0 for none
     */
    public void inject(int port, byte[] frame, int tag) {
        injector.inject(port, frame, tag);
    }

    /**
     * As {@link #inject(int, byte[], int)}, but by one leg of the port.
     * @param leg number of the attachment
     */
    public void inject(int port, int leg, byte[] frame, int tag) {
        injector.inject(port, leg, frame, tag);
    }

    @Override
    public void close() {
        lists.close();
        if (stack != null) {
            stack.close();
        }
        injector.close();
        zones.close();
        monitors.close();
    }
}
