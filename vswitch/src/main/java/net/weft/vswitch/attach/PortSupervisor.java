package net.weft.vswitch.attach;

import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.device.DeviceOpener;
import net.weft.vswitch.device.DeviceUnavailableException;
import net.weft.vswitch.port.ErrDisabled;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortLimits;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.worker.QueueAssignment;
import net.weft.vswitch.worker.WorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * The life of one port: opens its device, hands the queues to workers, takes them back, and remembers why it is down.
 * Control thread only.
 */
public final class PortSupervisor {
    private static final long FIRST_RETRY_NS = 100_000_000L;
    private static final long LAST_RETRY_NS = 1_000_000_000L;

    public final PortCounters counters;
    public final ErrDisabled quarantine = new ErrDisabled();
    private final DeviceOpener opener;
    private PortSpec spec;
    private PortLimits limits;
    private @Nullable Device device;
    private @Nullable QueueAssignment<WorkerThread> placement;
    private @Nullable DeviceFailure failure;
    private long retryDelayNs = FIRST_RETRY_NS;
    private long retryAtNs;
    private long triedAtNs;
    private long openedAtNs;
    private int knownMtu;

    public PortSupervisor(PortSpec spec, DeviceOpener opener, PortCounters counters) {
        this.spec = spec;
        limits = new PortLimits(spec.protection(), System.nanoTime());
        this.opener = opener;
        this.counters = counters;
        if (!spec.enabled()) {
            failure = new DeviceFailure(PortReason.DISABLED, "the configuration says enabled: false");
        }
    }

    public PortSpec spec() {
        return spec;
    }

    /** Takes over what may change while the device stays open. */
    public void spec(PortSpec next) {
        spec = next;
        if (!next.protection().equals(limits.protection)) {
            limits = new PortLimits(next.protection(), System.nanoTime());
        }
    }

    public PortLimits limits() {
        return limits;
    }

    @Nullable
    public Device device() {
        return device;
    }

    /** The device that frames may leave by now; null while the port is down or shut. */
    @Nullable
    public Device leg() {
        return failure() == null ? device : null;
    }

    /** Why the port is not up, or null. */
    @Nullable
    public DeviceFailure failure() {
        return failure == null ? quarantine.cause() : failure;
    }

    /** The device that the switch itself may speak by; null while it has no link. */
    @Nullable
    public Device ownVoice() {
        return failure == null ? device : null;
    }

    public int mtu() {
        int own = device == null ? 0 : opener.mtu();
        return spec.mtu() == 0 ? own : spec.mtu();
    }

    /** Whether the device is open but of no more use: its queues may sleep and never tell. */
    public boolean hasFailedDevice() {
        return device != null && device.failure() != null;
    }

    public boolean owns(ReceiveQueue queue) {
        return device != null && device.receiveQueues().contains(queue);
    }

    /**
     * Whether it is time to try to open the device: a guest whose rings run does not wait, unless the last such was served
     * less than {@value #FIRST_RETRY_NS} ns ago.
     */
    public boolean due(long nowNs) {
        return spec.enabled() && device == null
                && (nowNs - retryAtNs >= 0 || nowNs - openedAtNs >= FIRST_RETRY_NS && opener.hasDevice());
    }

    /**
     * Forget the back-off: something changed on the host. Never sooner than {@value #FIRST_RETRY_NS} ns after the last try,
     * which may have made the change itself.
     */
    public void retryNow(long nowNs) {
        retryAtNs = nowNs - triedAtNs >= FIRST_RETRY_NS ? nowNs : triedAtNs + FIRST_RETRY_NS;
        retryDelayNs = FIRST_RETRY_NS;
    }

    /**
     * Tries once to open the device.
     *
     * @return true when it is open now; its queues are not yet polled
     */
    public boolean open(long nowNs) {
        triedAtNs = nowNs;
        try {
            device = opener.open();
            openedAtNs = nowNs;
            failure = null;
            retryDelayNs = FIRST_RETRY_NS;
            refresh();
            return true;
        } catch (DeviceUnavailableException e) {
            return notOpened(e.failure(), nowNs);
        } catch (RuntimeException e) {
            System.getLogger(PortSupervisor.class.getName()).log(System.Logger.Level.DEBUG, spec.name(), e);
            return notOpened(new DeviceFailure(PortReason.NO_DEVICE, spec.device().label() + ": " + e.getMessage()),
                    nowNs);
        }
    }

    private boolean notOpened(DeviceFailure why, long nowNs) {
        failure = why;
        retryAtNs = nowNs + retryDelayNs;
        boolean waiting = why.reason() == PortReason.WAITING_FOR_GUEST;
        retryDelayNs = waiting ? FIRST_RETRY_NS : Math.min(2 * retryDelayNs, LAST_RETRY_NS);
        return false;
    }

    /** Looks at the link again. True when the snapshot must be published anew: the port went up, down, or changed its MTU. */
    public boolean refresh() {
        Device open = device;
        if (open == null) {
            return false;
        }
        DeviceFailure before = failure;
        int mtuBefore = knownMtu;
        boolean up = opener.hasCarrier();
        DeviceFailure lost = open.failure();
        if (lost != null) {
            failure = lost;
        } else if (up) {
            failure = null;
        } else if (before == null || before.reason() != PortReason.CARRIER_DOWN) {
            failure = new DeviceFailure(PortReason.CARRIER_DOWN, spec.device().label()
                    + ": the link is down; check the cable or set the other end up");
        }
        knownMtu = mtu();
        return before != failure || mtuBefore != knownMtu;
    }

    /** Brings the count of frames that were lost before they could be received up to date. */
    public void countMissed() {
        Device open = device;
        if (open != null) {
            counters.addMissed(open.takeMissed());
        }
    }

    /** Starts polling, once the snapshot knows the port. */
    public void attach(QueueAssignment<WorkerThread> workers) {
        placement = workers;
        if (device != null) {
            workers.add(spec.name(), spec.number(), device.receiveQueues());
        }
    }

    /** The device has failed: remembers why. The snapshot must be published without it before {@link #release}. */
    public void fail(DeviceFailure why, long nowNs) {
        failure = why;
        retryAtNs = nowNs + FIRST_RETRY_NS;
    }

    /** Takes the queues from their workers: nothing comes in any more. */
    public void detach() {
        QueueAssignment<WorkerThread> workers = placement;
        placement = null;
        if (device != null && workers != null) {
            workers.remove(device.receiveQueues());
        }
    }

    /** After {@link #detach}: from now on the frames of a guest that has moved here are nobody's business but the port's. */
    void settle() {
        if (device instanceof MigrationTarget successor) {
            device = successor.delegate();
        }
    }

    /** Takes the queues from their workers and closes the device. Workers no longer use it as a leg. */
    public void release() {
        detach();
        Device open = device;
        device = null;
        if (open != null) {
            open.close();
        }
    }

    /** After {@link #release}: the port is gone for good. */
    public void close() {
        opener.close();
    }
}
