package net.weft.vswitch.device.vhost;

import java.util.ArrayList;
import java.util.List;
import net.weft.vswitch.burst.PortReason;
import org.jspecify.annotations.Nullable;

/**
 * A guest's card as its front end has set it up: features, memory, rings, and the device that runs them. Pairs of rings that
 * can run are offered as a {@link VhostUserDevice}; whatever would pull memory or a ring from under the workers withdraws it
 * first. Owned by the connection's thread, but for {@link #device} and {@link #obstacle}.
 */
final class VhostNic implements AutoCloseable {
    final GuestMemory memory;
    final Logging logging = new Logging();
    private final String label;
    private final int port;
    private final boolean doubted;
    private final Runnable changed;
    private final Vring[] rings;
    private long features;
    /** MAC to announce as soon as rings run; 0 for none. */
    private long announcement;
    private boolean memoryKnown;
    private boolean unshared;
    private @Nullable InflightRegion inflight;
    private volatile @Nullable VhostUserDevice device;
    private volatile @Nullable String obstacle;

    /**
     * @param port number that received frames carry
     * @param pairs queue pairs, {@code 1..127}
     * @param rules which files may be the guest's memory
     * @param doubted the front end before this one did not share the guest's memory: where nothing is in it, this neither
     * @param changed called when a device was offered or failed; any thread
     */
    VhostNic(String label, int port, int pairs, MemoryRules rules, boolean doubted, Runnable changed) {
        memory = new GuestMemory(rules);
        this.label = label;
        this.port = port;
        this.doubted = doubted;
        this.changed = changed;
        this.rings = new Vring[2 * pairs];
        for (int n = 0; n < rings.length; n++) {
            rings[n] = new Vring();
        }
    }

    /** The device whose rings can run, perhaps already taken or failed; null while there is none. Any thread. */
    @Nullable
    VhostUserDevice device() {
        return device;
    }

    /** Whether it has turned out that the guest's memory is not shared. */
    boolean isUnshared() {
        VhostUserDevice running = device;
        return unshared || running != null && running.isUnshared();
    }

    /** Why rings that are set up do not run, and what to do; null when nothing is in the way. Any thread. */
    @Nullable
    String obstacle() {
        return obstacle;
    }

    /** Rings the guest may have. */
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

    /** A ring, once it has stopped. Rings that run without it go on. */
    Vring stopped(int index) throws VhostViolationException {
        Vring ring = ring(index);
        VhostUserDevice running = device;
        if (running != null && index < 2 * running.pairs()) {
            withdraw("the guest stopped its card");
        }
        return ring;
    }

    /** Without the first pair nothing runs; of the others a guest may use more or fewer while they run. */
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

    /** Features that were chosen. */
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

    /** There will be memory that is not there yet. */
    void memoryChanges() {
        withdraw("its memory changes");
        memoryKnown = true;
    }

    /** Takes ownership of memory in which the state of rings is kept from now on. */
    void inflight(InflightRegion next) {
        withdraw("its in-flight region changes");
        InflightRegion old = inflight;
        inflight = next;
        if (old != null) {
            old.close();
        }
    }

    /** Takes ownership of a log of written pages. */
    void log(DirtyLog next) throws VhostViolationException {
        if (!logging.hasRoom()) {
            withdraw("its log moves once more");
        }
        logging.base(next);
        applyLog();
    }

    /** Has the running rings log what they write, or cease to. */
    void applyLog() throws VhostViolationException {
        VhostUserDevice running = device;
        if (running != null) {
            logging.apply(running, features, rings, memory);
        }
    }

    /** A stopped ring is taken up again where the front end says, not where it was. */
    void forget(int ring) {
        InflightRegion current = inflight;
        if (current != null) {
            current.forget(ring, isPacked());
        }
    }

    /** QEMU asks for the first announcement before the rings of a guest that has moved run: it waits for them. */
    void announce(long mac) {
        VhostUserDevice running = device;
        if (running != null) {
            running.announce(mac);
            rings[1].wake();
        } else {
            announcement = mac;
        }
    }

    /** The guest starts anew. */
    void reset() {
        withdraw("the guest reset its card");
        for (int n = 0; n < rings.length; n++) {
            rings[n].stop();
            rings[n].enabled(false);
            forget(n);
        }
        logging.close();
    }

    /** Pairs that are set up, from the first on, which must be enabled. */
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

    /** Offers what can run now, unless it runs already. */
    void offer() throws VhostViolationException {
        int pairs = runnablePairs();
        if (pairs > 0 && (!memoryKnown || doubted && memory.wasBlank())) {
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

    /** All rings found and taken up; empty when that cannot be. */
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

    /** Returns once no worker touches rings or memory any more. */
    void withdraw(String why) {
        VhostUserDevice running = device;
        if (running != null) {
            running.withdraw(PortReason.WAITING_FOR_GUEST, why);
            device = null;
            for (int n = 0; n < 2 * running.pairs(); n++) {
                rings[n].base(running.base(n));
            }
        }
        logging.free();
    }

    /** Lets go of rings, memory and descriptors. */
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
