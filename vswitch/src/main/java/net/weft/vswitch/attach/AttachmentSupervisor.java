package net.weft.vswitch.attach;

import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.device.DeviceOpener;
import net.weft.vswitch.device.DeviceUnavailableException;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.worker.QueueAssignment;
import net.weft.vswitch.worker.WorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * Supervises one attachment: opens its device, assigns the queues to workers, withdraws them, retries after a failure,
 * and keeps the reason why the device is closed. Control thread only.
 */
public final class AttachmentSupervisor {
    private static final long FIRST_RETRY_NS = 100_000_000L;
    private static final long LAST_RETRY_NS = 1_000_000_000L;

    /** The leg number by which frames and snapshots identify the attachment. */
    public final int number;
    private AttachmentSpec spec;
    private int[] ports;
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

    /** @param ports indices of the ports that the attachment serves, in the order of its specification */
    public AttachmentSupervisor(AttachmentSpec spec, int number, int[] ports, DeviceOpener opener) {
        this.spec = spec;
        this.number = number;
        this.ports = ports.clone();
        this.opener = opener;
        if (!spec.enabled()) {
            failure = new DeviceFailure(PortReason.DISABLED, "the configuration says enabled: false");
        }
        if (opener.canServeOthers()) {
            opener.serve(spec.ports(), this.ports);
        }
    }

    /** Returns whether the attachment can become another one without closing its device: only the ports differ. */
    public boolean canBecome(@Nullable AttachmentSpec next) {
        return next != null && opener.canServeOthers() && next.equals(
                new AttachmentSpec(spec.name(), spec.device(), next.ports(), spec.enabled(), spec.mtu()));
    }

    /** Serves other ports from now on, if {@link #canBecome}. @param indices the index of each port */
    public void become(AttachmentSpec next, int[] indices) {
        spec = next;
        ports = indices.clone();
        opener.serve(next.ports(), indices);
    }

    public AttachmentSpec spec() {
        return spec;
    }

    /** The indices of the ports that the attachment serves. */
    public int[] ports() {
        return ports.clone();
    }

    /** Whether the port with an index is the first that it serves: frames of which no port is known are counted there. */
    boolean isFirst(int port) {
        return ports[0] == port;
    }

    /** The open device, or null. */
    @Nullable
    public Device device() {
        return device;
    }

    /** The open device if it has not failed, else null. A snapshot may refer to this device. */
    @Nullable
    public Device usableDevice() {
        return failed ? null : device;
    }

    /** Returns whether the device is open and its link is up. */
    public boolean hasLink() {
        return device != null && failure == null;
    }

    /** The failure that keeps the attachment from forwarding, or null. */
    @Nullable
    public DeviceFailure failure() {
        return failure;
    }

    /** The current MTU in bytes (layer-3 packet); 0 while the device is closed and the specification sets no MTU. */
    public int mtu() {
        int own = device == null ? 0 : opener.mtu();
        return spec.mtu() == 0 ? own : spec.mtu();
    }

    /** Returns why the device is of no more use. */
    public DeviceFailure deviceFailure() {
        Device now = device();
        DeviceFailure failure = now == null ? null : now.failure();
        return failure != null
                ? failure
                : new DeviceFailure(PortReason.NO_DEVICE, spec().device().label() + ": the device went away");
    }

    /** Returns whether the device is open but has failed: its queues may sleep and never wake up. */
    public boolean hasFailedDevice() {
        return device != null && device.failure() != null;
    }

    public boolean owns(ReceiveQueue queue) {
        return device != null && device.receiveQueues().contains(queue);
    }

    /**
     * Returns whether it is time to try to open the device. A guest whose rings run does not wait for the back-off,
     * unless the last such guest was served less than {@value #FIRST_RETRY_NS} ns ago.
     */
    public boolean due(long nowNs) {
        return spec.enabled() && device == null
                && (nowNs - retryAtNs >= 0 || nowNs - openedAtNs >= FIRST_RETRY_NS && opener.hasDevice());
    }

    /**
     * Resets the back-off after a change on the host. The next try comes at least {@value #FIRST_RETRY_NS} ns after the
     * last one, which may have caused the change itself.
     */
    public void retryNow(long nowNs) {
        retryAtNs = nowNs - triedAtNs >= FIRST_RETRY_NS ? nowNs : triedAtNs + FIRST_RETRY_NS;
        retryDelayNs = FIRST_RETRY_NS;
    }

    /**
     * Tries once to open the device.
     *
     * @return true if the device is open now; its queues are not polled yet
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

    /** The result of {@link #refresh}. */
    public enum Refreshed {
        /** Nothing changed. */
        SAME,
        /** The link went up or down. */
        LINK,
        /** The MTU changed, so a snapshot must be published; the link may have changed too. */
        MTU
    }

    /** Reads the link state and MTU again and returns what changed. */
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

    /** Returns the number of frames that the device missed since the last call, and resets the count. */
    long takeMissed() {
        Device open = device;
        return open == null ? 0 : open.takeMissed();
    }

    /** Returns whether the device may have dropped packets of a port since the last call. */
    boolean hasDropped(int port) {
        Device open = device;
        return open != null && open.hasDropped(port);
    }

    /** Returns the number of packets of a port that the device dropped for a reason since the last call. */
    long takeDropped(int port, DropReason reason) {
        Device open = device;
        return open == null ? 0 : open.takeDropped(port, reason);
    }

    /** Starts polling the queues. Call after a snapshot with the attachment is published. */
    public void attach(QueueAssignment<WorkerThread> workers) {
        assignment = workers;
        if (device != null) {
            workers.add(spec.name(), number, device.receiveQueues());
        }
    }

    /**
     * Records that the device has failed, and why. A snapshot without the device must be published before {@link
     * #release}.
     */
    public void fail(DeviceFailure why, long nowNs) {
        failed = true;
        failure = why;
        retryAtNs = nowNs + FIRST_RETRY_NS;
    }

    /** Withdraws the queues from their workers, so that no further frame is received. */
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

    /** Withdraws the queues from their workers and closes the device. No worker may still transmit to the device. */
    public void release() {
        detach();
        Device open = device;
        device = null;
        if (open != null) {
            open.close();
        }
    }

    /**
     * Closes the opener and the resources that outlive a lost device. Call after {@link #release}, when the attachment
     * is removed.
     */
    public void close() {
        opener.close();
    }
}
