package net.weft.vswitch.attach;

import java.util.List;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.device.DeviceOpener;
import net.weft.vswitch.device.DeviceUnavailableException;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.worker.QueueAssignment;
import net.weft.vswitch.worker.WorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * The life of one attachment: opens its device, hands the queues to workers, takes them back, and remembers why it is closed.
 * Control thread only.
 */
public final class AttachmentSupervisor {
    private static final long FIRST_RETRY_NS = 100_000_000L;
    private static final long LAST_RETRY_NS = 1_000_000_000L;

    /** What frames and snapshots call the attachment: the number of the leg. */
    public final int number;
    private final AttachmentSpec spec;
    private final List<Port> ports;
    private final DeviceOpener opener;
    private @Nullable Device device;
    private @Nullable QueueAssignment<WorkerThread> assignment;
    private @Nullable DeviceFailure failure;
    private long retryDelayNs = FIRST_RETRY_NS;
    private long retryAtNs;
    private long triedAtNs;
    private long openedAtNs;
    private int lastMtu;
    private boolean failed;

    /** @param ports that it serves, in the order of its specification */
    public AttachmentSupervisor(AttachmentSpec spec, int number, List<Port> ports, DeviceOpener opener) {
        this.spec = spec;
        this.number = number;
        this.ports = List.copyOf(ports);
        this.opener = opener;
        if (!spec.enabled()) {
            failure = new DeviceFailure(PortReason.DISABLED, "the configuration says enabled: false");
        }
    }

    public AttachmentSpec spec() {
        return spec;
    }

    /** The ports that it serves. */
    public List<Port> ports() {
        return ports;
    }

    /** The open device, or null. */
    @Nullable
    public Device device() {
        return device;
    }

    /** The device that a snapshot may name: the open one, unless it has failed. */
    @Nullable
    Device usableDevice() {
        return failed ? null : device;
    }

    /** Whether the device is open and its link is up. */
    public boolean hasLink() {
        return device != null && failure == null;
    }

    /** Why it carries no frames, or null. */
    @Nullable
    public DeviceFailure failure() {
        return failure;
    }

    /** Largest layer-3 packet it carries now, bytes; 0 while it is closed and the specification names none. */
    public int mtu() {
        int own = device == null ? 0 : opener.mtu();
        return spec.mtu() == 0 ? own : spec.mtu();
    }

    /** Whether the device is open but of no more use: its queues may sleep and never wake up. */
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
     * Forgets the back-off: something changed on the host. Never sooner than {@value #FIRST_RETRY_NS} ns after the last try,
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
            failed = false;
            failure = null;
            retryDelayNs = FIRST_RETRY_NS;
            refresh();
            return true;
        } catch (DeviceUnavailableException e) {
            return notOpened(e.failure(), nowNs);
        } catch (RuntimeException e) {
            System.getLogger(AttachmentSupervisor.class.getName()).log(System.Logger.Level.DEBUG, spec.name(), e);
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

    /** What {@link #refresh} found. */
    public enum Refreshed {
        /** Nothing. */
        SAME,
        /** The link went up or down. */
        LINK,
        /** The MTU is another, so that a snapshot must be published; perhaps the link changed, too. */
        MTU
    }

    /** Looks at the link again. */
    public Refreshed refresh() {
        Device open = device;
        if (open == null) {
            return Refreshed.SAME;
        }
        DeviceFailure before = failure;
        int mtuBefore = lastMtu;
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
        lastMtu = mtu();
        return mtuBefore != lastMtu ? Refreshed.MTU : before != failure ? Refreshed.LINK : Refreshed.SAME;
    }

    /** Frames that were lost before they could be received, since the last call. */
    long takeMissed() {
        Device open = device;
        return open == null ? 0 : open.takeMissed();
    }

    /** Starts polling, once the snapshot knows the attachment. */
    public void attach(QueueAssignment<WorkerThread> workers) {
        assignment = workers;
        if (device != null) {
            workers.add(spec.name(), number, device.receiveQueues());
        }
    }

    /** The device has failed: remembers why. The snapshot must be published without it before {@link #release}. */
    public void fail(DeviceFailure why, long nowNs) {
        failed = true;
        failure = why;
        retryAtNs = nowNs + FIRST_RETRY_NS;
    }

    /** Takes the queues from their workers: nothing comes in any more. */
    public void detach() {
        QueueAssignment<WorkerThread> workers = assignment;
        assignment = null;
        if (device != null && workers != null) {
            workers.remove(device.receiveQueues());
        }
    }

    /** Removes the migration decorator once the migration is complete. Call after {@link #detach}. */
    void settle() {
        if (device instanceof MigrationTarget target) {
            device = target.delegate();
        }
    }

    /** Takes the queues from their workers and closes the device. Workers no longer send by it. */
    public void release() {
        detach();
        Device open = device;
        device = null;
        if (open != null) {
            open.close();
        }
    }

    /** Lets go of what outlives a lost device, after {@link #release}: the attachment is gone for good. */
    public void close() {
        opener.close();
    }
}
