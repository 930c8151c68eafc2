package net.weft.vswitch.device.vhost;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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
 * The running rings of one guest's card: one set of rings, one memory table, one choice of features, from the moment they are
 * offered until they are withdrawn or a rule is broken. See the package's comment for how it ends.
 * <p>
 * With several queue pairs, frames that came in by one receive queue leave by one ring, whichever worker sends them: that keeps the
 * order of every flow. A guest may have set up more pairs than it uses: nothing goes into the others, and what comes out of them is
 * discarded (vhost-user, "ring states"), so that no sender waits for a frame that was left there.
 */
public final class VhostUserDevice implements Device {
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
    private @Nullable SharingWarning doubt;
    private volatile boolean unshared;
    private volatile int enabled;
    /** Until the guest has been heard, or the time has come: nothing is put into its rings. */
    private volatile boolean comingUp;
    private volatile long upAtNs;
    private final long readyNs = System.nanoTime();

    /** @param onFailure tells the port's supervisor to look at {@link #failure()}; any thread, must not block */
    VhostUserDevice(String label, int offloads, Runnable onFailure) {
        this.label = label;
        this.offloads = offloads;
        this.onFailure = onFailure;
    }

    /** Adds a queue pair, before the device is offered. The kick stays its owner's. */
    void add(RingSetup receive, RingSetup transmit, int port, EventFd kick, boolean polled) {
        receivers.add(new GuestReceiveRing(this, receive));
        senders.add(new GuestTransmitRing(this, transmit, port, kick, polled, arena.allocate(16, 8).address(),
                senders.size()));
        enabled = receivers.size();
    }

    /**
     * Before the device is used: nothing is sent to the guest until it has sent something itself, for {@code ns} at most. A guest whose
     * rings run may not have noticed yet that its link is up, and then what it answers is lost in it: Linux repeats an ARP
     * request after a whole second.
     */
    public void awaitGuest(long ns) {
        upAtNs = System.nanoTime() + ns;
        comingUp = true;
    }

    /** The guest has sent frames, or its hypervisor has announced it. Any thread. */
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

    /** From now on the guest uses the first {@code pairs} of its queue pairs, {@code 1..}{@link #pairs}. Any thread. */
    void enable(int pairs) {
        enabled = pairs;
    }

    /** Whether the guest uses a queue pair. Any thread. */
    boolean isEnabled(int pair) {
        return pair < enabled;
    }

    /** Has ring {@code index} mark what it writes there from now on, null for nowhere. Any thread. */
    void log(int index, @Nullable RingLog log) {
        if (index % 2 == 0) {
            receivers.get(index / 2).log(log);
        } else {
            senders.get(index / 2).log(log);
        }
    }

    /** Before the device is offered: its memory may be a private copy. */
    void doubt(SharingWarning sharing) {
        doubt = sharing;
    }

    /** Whether its memory may be a private copy. */
    boolean isDoubted() {
        return doubt != null;
    }

    /** The guest has kicked the first transmit ring, which slept. Worker. */
    void kicked() {
        SharingWarning sharing = doubt;
        if (sharing != null && sharing.isConfirmed()) {
            unshared = true;
            fail(PortReason.GUEST_VIOLATION, GuestMemory.NOT_SHARED);
        }
    }

    /** Whether it failed because the guest works on a private copy of its memory. */
    boolean isUnshared() {
        return unshared;
    }

    /** Queue pairs. */
    int pairs() {
        return receivers.size();
    }

    /** Where ring {@code index} stands; only once the device is out of use. Even rings are those the guest receives by. */
    int base(int index) {
        return index % 2 == 0 ? receivers.get(index / 2).base() : senders.get(index / 2).base();
    }

    /** Whether it waits to be taken. */
    boolean isOffered() {
        return state.get() == OFFERED;
    }

    /** The supervisor takes it into use; false when it was withdrawn. */
    public boolean take() {
        return state.compareAndSet(OFFERED, TAKEN);
    }

    /**
     * Returns once no worker touches the rings any more, now or later.
     *
     * @param why what the port says from now on, unless it has failed before
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

    /** Whether {@link #close} has been called. */
    boolean isClosed() {
        return closed.getCount() == 0;
    }

    void fail(PortReason reason, String message) {
        if (failure.compareAndSet(null, new DeviceFailure(reason, label + ": " + message))) {
            onFailure.run();
        }
    }

    /** Makes the switch send a reverse ARP for a MAC (first byte lowest) in the guest's name. */
    void announce(long mac) {
        assumeUp();
        announcement.set(mac);
    }

    boolean hasAnnouncement() {
        return announcement.get() != 0;
    }

    long takeAnnouncement() {
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
