package net.weft.vswitch.device.vhost;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import net.weft.linux.EventFd;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import org.jspecify.annotations.Nullable;

/**
 * The running rings of a guest's vNIC. A device has a fixed set of rings, memory table and features, from the moment it
 * is offered until it is withdrawn or the guest violates a rule. The package comment describes how it ends.
 * <p>
 * With several queue pairs, frames from one receive queue always go to the same ring, whichever worker sends them,
 * which keeps the order of every flow. A guest may set up more pairs than it enables: a disabled pair gets no frames,
 * and frames from it are discarded (vhost-user, "ring states"), so that no sender waits for a frame left there.
 */
public final class VhostUserDevice implements Device, RingOwner {
    private static final int OFFERED = 0;
    private static final int TAKEN = 1;
    private static final int WITHDRAWN = 2;

    private final String label;
    private final int offloads;
    private final Runnable onFailure;
    private final Arena arena = Arena.ofShared();
    private final List<GuestTransmitRing> senders = new ArrayList<>();
    private final List<GuestReceiveRing> receivers = new ArrayList<>();
    private final AtomicInteger state = new AtomicInteger(OFFERED);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<@Nullable DeviceFailure> failure = new AtomicReference<>();
    private final AtomicLong announcement = new AtomicLong();
    private @Nullable SharingWarning sharingWarning;
    private volatile boolean unshared;
    /** True once Weft itself has signalled the kick eventfd, so that a kick need not be the guest's. */
    private volatile boolean announced;
    private volatile int enabled;
    /**
     * While true, nothing is put into the guest's rings: until the guest has sent a frame, or the time {@link #upAtNs}
     * is reached.
     */
    private volatile boolean comingUp;
    private volatile long upAtNs;
    private final long readyNs = System.nanoTime();
    private volatile @Nullable BooleanSupplier memorySealed;
    private volatile int frontEnd;

    /**
     * @param onFailure called when {@link #failure()} has changed, to notify the port's supervisor; any thread, must
     *     not block
     */
    VhostUserDevice(String label, int offloads, Runnable onFailure) {
        this.label = label;
        this.offloads = offloads;
        this.onFailure = onFailure;
    }

    /** Adds a queue pair, before the device is offered. The owner of the kick eventfd closes it. */
    void add(RingSetup receive, RingSetup transmit, int port, EventFd kick, boolean polled) {
        receivers.add(new GuestReceiveRing(this, queue(this, receive, true), receive.features()));
        senders.add(new GuestTransmitRing(this, queue(this, transmit, false),
                VirtioNet.headerBytes(transmit.features()), port, kick, polled, arena.allocate(16, 8).address(),
                senders.size()));
        enabled = receivers.size();
    }

    /** Returns the queue of a ring, in the format that the guest's features select. */
    static Virtqueue queue(RingOwner owner, RingSetup setup, boolean writable) {
        return VirtioNet.has(setup.features(), VirtioNet.RING_PACKED)
                ? new PackedVirtqueue(owner, setup, writable)
                : new SplitVirtqueue(owner, setup, writable);
    }

    /**
     * Holds frames back until the guest has sent one itself, for at most {@code ns}. Call before the device is used. A
     * guest whose rings run may not have noticed yet that its link is up, and would lose its own answers: Linux repeats
     * an ARP request only after a second.
     */
    public void awaitGuest(long ns) {
        upAtNs = System.nanoTime() + ns;
        comingUp = true;
    }

    /** Sets the ID of the front end's process; before the device is offered. */
    void frontEnd(int process) {
        frontEnd = process;
    }

    @Override
    public int frontEnd() {
        return frontEnd;
    }

    /** Sets where to ask whether the guest's memory is sealed; before the device is offered. */
    void memorySealed(BooleanSupplier ask) {
        memorySealed = ask;
    }

    @Override
    public @Nullable Boolean isMemorySealed() {
        BooleanSupplier ask = memorySealed;
        return ask == null ? null : ask.getAsBoolean();
    }

    /**
     * Ends the wait of {@link #awaitGuest}, because the guest has sent frames or its hypervisor has announced it. Any
     * thread.
     */
    @Override
    public void assumeUp() {
        if (comingUp) {
            comingUp = false;
        }
    }

    @Override
    public boolean isComingUp() {
        return comingUp && System.nanoTime() - upAtNs < 0;
    }

    /** Enables the first {@code pairs} queue pairs, {@code 1..}{@link #pairs}, and disables the others. Any thread. */
    void enable(int pairs) {
        enabled = pairs;
    }

    @Override
    public boolean isEnabled(int pair) {
        return pair < enabled;
    }

    /** Sets the log in which ring {@code index} marks its writes; null stops logging. Any thread. */
    void log(int index, @Nullable RingLog log) {
        if (index % 2 == 0) {
            receivers.get(index / 2).log(log);
        } else {
            senders.get(index / 2).log(log);
        }
    }

    /** Sets a warning that the guest's memory may be a private copy. Call before the device is offered. */
    void doubt(SharingWarning sharing) {
        sharingWarning = sharing;
    }

    @Override
    public boolean isDoubted() {
        return sharingWarning != null;
    }

    @Override
    public void kicked() {
        SharingWarning sharing = sharingWarning;
        if (sharing != null && !announced && sharing.isConfirmed()) {
            unshared = true;
            fail(PortReason.GUEST_VIOLATION, VhostViolationException.NOT_SHARED);
        }
    }

    /** Returns whether the device failed because the guest works on a private copy of its memory. */
    boolean isUnshared() {
        return unshared;
    }

    /** Number of queue pairs. */
    int pairs() {
        return receivers.size();
    }

    /**
     * The position of ring {@code index}. Call only after the device is out of use. Even indices are the guest's
     * receive rings.
     */
    int base(int index) {
        return index % 2 == 0 ? receivers.get(index / 2).base() : senders.get(index / 2).base();
    }

    /** Returns whether the device is offered and not taken yet. */
    boolean isOffered() {
        return state.get() == OFFERED;
    }

    /** Takes the device into use, for the supervisor; false if it was withdrawn. */
    public boolean take() {
        return state.compareAndSet(OFFERED, TAKEN);
    }

    /**
     * Withdraws the device. Returns when no worker accesses the rings any more, now or later.
     *
     * @param why the port's reason from now on, unless the device has failed before
     */
    void withdraw(PortReason why, String message) {
        if (state.compareAndSet(OFFERED, WITHDRAWN)) {
            close();
            return;
        }
        fail(why, message);
        boolean interrupted = false;
        while (!isClosed()) {
            try {
                closed.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether {@link #close} has been called. */
    boolean isClosed() {
        return closed.getCount() == 0;
    }

    @Override
    public void fail(PortReason reason, String message) {
        if (failure.compareAndSet(null, new DeviceFailure(reason, label + ": " + message))) {
            onFailure.run();
        }
    }

    /**
     * Makes the switch send a reverse ARP on behalf of the guest. {@code mac} has its first byte in the least
     * significant bits.
     */
    void announce(long mac) {
        assumeUp();
        announced = true;
        announcement.set(mac);
    }

    @Override
    public boolean hasAnnouncement() {
        return announcement.get() != 0;
    }

    @Override
    public long takeAnnouncement() {
        return announcement.get() == 0 ? 0 : announcement.getAndSet(0);
    }

    @Override
    public int offloads() {
        return offloads;
    }

    @Override
    public List<ReceiveQueue> receiveQueues() {
        return List.copyOf(senders);
    }

    @Override
    public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        if (comingUp) {
            if (isComingUp()) {
                return 0;
            }
            comingUp = false;
        }
        return receivers.get(burst.txQueueHint % enabled).transmit(burst, list, from, scratch);
    }

    @Override
    public @Nullable DropReason refusal(int bytes) {
        return isComingUp() ? DropReason.PORT_DOWN : null;
    }

    @Override
    public long readyNs() {
        return readyNs;
    }

    @Override
    public @Nullable DeviceFailure failure() {
        return failure.get();
    }

    @Override
    public void close() {
        failure.compareAndSet(null, new DeviceFailure(PortReason.WAITING_FOR_GUEST, label + ": closed"));
        if (!isClosed()) {
            arena.close();
            closed.countDown();
        }
    }
}
