package net.weft.vswitch.device.vhost;

import java.util.ArrayList;
import java.util.List;
import net.weft.vswitch.burst.PortReason;
import org.jspecify.annotations.Nullable;

/**
 * A guest's vNIC as configured by its front end: features, memory, rings, and the running device. Queue pairs that can
 * run are offered as a {@link VhostUserDevice}; any change that would take memory or a ring from the workers withdraws
 * the device first. Owned by the connection's thread, except for {@link #device} and {@link #obstacle}.
 */
final class VhostNic implements AutoCloseable {
    final GuestMemory memory;
    final Logging logging = new Logging();
    private final String label;
    private final int port;
    private final boolean lastUnshared;
    private final Runnable changed;
    private final Vring[] rings;
    private long features;
    /** MAC address to announce as soon as the rings run; 0 for none. */
    private long announcement;
    private boolean memoryKnown;
    private boolean unshared;
    private @Nullable InflightRegion inflight;
    private volatile @Nullable VhostUserDevice device;
    private volatile @Nullable String obstacle;

    private int frontEnd;

    /**
     * @param port port number that received frames carry
     * @param pairs queue pairs, {@code 1..127}
     * @param rules which files may be the guest's memory
     * @param lastUnshared true if the previous front end did not share the guest's memory; then blank memory counts as
     *     not shared, too
     * @param changed called when a device was offered or failed; any thread
     */
    VhostNic(String label, int port, int pairs, MemoryRules rules, boolean lastUnshared, Runnable changed) {
        memory = new GuestMemory(rules);
        this.label = label;
        this.port = port;
        this.lastUnshared = lastUnshared;
        this.changed = changed;
        this.rings = new Vring[2 * pairs];
        for (int n = 0; n < rings.length; n++) {
            rings[n] = new Vring();
        }
    }

    /** The current device, which may be taken or failed already; null while there is none. Any thread. */
    @Nullable
    VhostUserDevice device() {
        return device;
    }

    /** Sets the ID of the front end's process, which each later device is told. */
    void frontEnd(int process) {
        frontEnd = process;
    }

    /** Returns whether the guest's memory was found not to be shared. */
    boolean isUnshared() {
        VhostUserDevice running = device;
        return unshared || running != null && running.isUnshared();
    }

    /** Returns why rings that are set up do not run, and what to do; null if nothing prevents it. Any thread. */
    @Nullable
    String obstacle() {
        return obstacle;
    }

    /** Largest number of rings of the guest. */
    int rings() {
        return rings.length;
    }

    Vring ring(int index) throws VhostViolationException {
        if (index < 0 || index >= rings.length) {
            throw new VhostViolationException("ring " + Integer.toUnsignedString(index) + " of " + rings.length
                    + "; raise `queues` of the port or lower the guest's");
        }
        return rings[index];
    }

    /** Stops a ring and returns it. Rings that can run without it go on. */
    Vring stopped(int index) throws VhostViolationException {
        Vring ring = ring(index);
        VhostUserDevice running = device;
        if (running != null && index < 2 * running.pairs()) {
            withdraw("the guest stopped its card");
        }
        return ring;
    }

    /**
     * Enables or disables a ring. Without the first pair nothing runs; the guest may enable and disable other pairs
     * while they run.
     */
    void enable(int index, boolean on) throws VhostViolationException {
        Vring ring = ring(index);
        if (on == ring.isEnabled()) {
            return;
        }
        if (!on && index < 2) {
            withdraw("the guest stopped its card");
        }
        ring.enabled(on);
        VhostUserDevice running = device;
        if (running != null) {
            running.enable(enabledPairs(running.pairs()));
        }
    }

    /** The negotiated features. */
    long features() {
        return features;
    }

    void features(long wanted) throws VhostViolationException {
        if (((wanted ^ features) & ~VirtioNet.LOG_ALL) != 0) {
            withdraw("features change");
        }
        features = wanted;
        applyLog();
    }

    boolean isPacked() {
        return VirtioNet.has(features, VirtioNet.RING_PACKED);
    }

    /** Withdraws the device before the memory changes. */
    void memoryChanges() {
        withdraw("its memory changes");
        memoryKnown = true;
    }

    /** Takes ownership of the in-flight region, which keeps the state of the rings from now on. */
    void inflight(InflightRegion next) {
        withdraw("its in-flight region changes");
        InflightRegion old = inflight;
        inflight = next;
        if (old != null) {
            old.close();
        }
    }

    /** Takes ownership of a dirty log. */
    void log(DirtyLog next) throws VhostViolationException {
        if (!logging.hasRoom()) {
            withdraw("its log moves once more");
        }
        logging.base(next);
        applyLog();
    }

    /** Starts or stops logging on the running rings. */
    void applyLog() throws VhostViolationException {
        VhostUserDevice running = device;
        if (running != null) {
            logging.apply(running, features, rings, memory);
        }
    }

    /** Clears the in-flight state of a stopped ring, which resumes at the position that the front end sends. */
    void forget(int ring) {
        InflightRegion current = inflight;
        if (current != null) {
            current.forget(ring, isPacked());
        }
    }

    /**
     * Announces a MAC address. QEMU requests the first announcement before the rings of a migrated guest run; it is
     * deferred until they do.
     */
    void announce(long mac) {
        VhostUserDevice running = device;
        if (running != null) {
            running.announce(mac);
            rings[1].wake();
        } else {
            announcement = mac;
        }
    }

    /** Resets the vNIC. */
    void reset() {
        withdraw("the guest reset its card");
        for (int n = 0; n < rings.length; n++) {
            rings[n].stop();
            rings[n].enabled(false);
            forget(n);
        }
        logging.close();
    }

    /**
     * Returns the number of consecutive queue pairs that are set up, from the first one; 0 if the first is not enabled.
     */
    private int runnablePairs() {
        if (enabledPairs(1) == 0) {
            return 0;
        }
        int pairs = 0;
        while (2 * pairs < rings.length && rings[2 * pairs].isSetUp() && rings[2 * pairs + 1].isSetUp()) {
            pairs++;
        }
        return pairs;
    }

    private int enabledPairs(int limit) {
        int pairs = 0;
        while (pairs < limit && rings[2 * pairs].isEnabled() && rings[2 * pairs + 1].isEnabled()) {
            pairs++;
        }
        return pairs;
    }

    /** Offers a device for the queue pairs that can run now, unless they run already. */
    void offer() throws VhostViolationException {
        int pairs = runnablePairs();
        if (pairs > 0 && (!memoryKnown || lastUnshared && memory.wasBlank())) {
            unshared = true;
            throw VhostViolationException.notShared();
        }
        VhostUserDevice running = device;
        if (running != null && running.failure() == null && running.pairs() != pairs) {
            withdraw("the number of queues changes");
        }
        if (device != null || pairs == 0) {
            return;
        }
        List<RingSetup> setups = setups(2 * pairs);
        if (setups.isEmpty()) {
            return;
        }
        VhostUserDevice next = new VhostUserDevice(label, VirtioNet.offloads(features), changed);
        next.memorySealed(memory::isSealed);
        next.frontEnd(frontEnd);
        for (int n = 0; n < 2 * pairs; n += 2) {
            next.add(setups.get(n), setups.get(n + 1), port, rings[n + 1].kick(), rings[n + 1].isPolled());
        }
        next.enable(enabledPairs(pairs));
        if (memory.wasBlank()) {
            next.doubt(new SharingWarning(setups.get(1).descriptors(), setups.get(1).driver()));
        }
        if (announcement != 0) {
            next.announce(announcement);
            announcement = 0;
        }
        device = next;
        applyLog();
        changed.run();
    }

    /** Resolves and resumes all rings; empty if one cannot be resolved. */
    private List<RingSetup> setups(int count) throws VhostViolationException {
        InflightRegion kept = inflight;
        List<RingSetup> setups = new ArrayList<>();
        obstacle = null;
        for (int n = 0; n < count; n++) {
            rings[n].check(features);
            RingSetup setup = rings[n].setup(memory, features);
            if (setup == null) {
                return List.of();
            }
            setup.requirePages(n);
            RingSetup resumed = kept == null ? setup : kept.resume(n, setup);
            if (isPacked() && resumed.inflight() == 0
                    && !PackedPosition.isPlausible(setup.base(), setup.descriptors(), setup.size())) {
                obstacle = "packed ring " + n + " does not stand where the hypervisor says (entry "
                        + PackedPosition.slot(setup.base())
                        + "), as when the switch ended while it ran: reset the card in"
                        + " the guest (reboot it, or load its driver anew), or use packed=off";
                changed.run();
                return List.of();
            }
            setups.add(resumed);
        }
        return setups;
    }

    /** Withdraws the device. Returns when no worker accesses rings or memory any more. */
    void withdraw(String why) {
        VhostUserDevice running = device;
        if (running != null) {
            running.withdraw(PortReason.WAITING_FOR_GUEST, why);
            device = null;
            for (int n = 0; n < 2 * running.pairs(); n++) {
                rings[n].base(running.base(n));
                rings[n].drainKicks();
            }
        }
        logging.free();
    }

    /** Releases rings, memory and descriptors. */
    @Override
    public void close() {
        withdraw("the guest went away");
        for (Vring ring : rings) {
            ring.close();
        }
        logging.close();
        memory.clear();
        InflightRegion current = inflight;
        inflight = null;
        if (current != null) {
            current.close();
        }
    }
}
