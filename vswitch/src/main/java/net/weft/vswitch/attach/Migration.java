package net.weft.vswitch.attach;

import net.weft.vswitch.attach.MigrationStatus.State;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import org.jspecify.annotations.Nullable;

/**
 * The migration of one port's guest from one attachment to another. While it runs, the port has two attachments and the
 * frames from either belong to the port, so MAC entries and counters stay valid.
 * <p>
 * While both attachments are bound, frames for the port are sent through a {@link SwitchoverLeg}. A guest that has
 * stopped at the old attachment receives frames from the new one as soon as its rings run there, even before it
 * announces itself. The announcement completes the migration: the old attachment is closed. Control thread only, but
 * for the {@link Switchover}.
 */
public final class Migration {
    /** The longest wait for the first frame after the announcement, in ns. The wait serves only to measure its time. */
    private static final long FIRST_FRAME_NS = 2_000_000_000L;

    private final String port;
    private final AttachmentSupervisor from;
    private final AttachmentSupervisor to;
    private final Switchover switchover;
    private State state = State.WAITING;
    private String message = "";
    private boolean settled;

    /**
     * @param port name
     * @param to the new attachment, opened through {@link MigrationTarget#opener} with the same switchover
     */
    Migration(String port, AttachmentSupervisor from, AttachmentSupervisor to, Switchover switchover) {
        this.port = port;
        this.from = from;
        this.to = to;
        this.switchover = switchover;
    }

    /** Name of the port. */
    String port() {
        return port;
    }

    /** The old attachment, which is closed when the guest has announced itself. */
    AttachmentSupervisor from() {
        return from;
    }

    /** The new attachment, where the guest is expected. */
    public AttachmentSupervisor to() {
        return to;
    }

    /** Returns whether both attachments are bound. */
    boolean isRunning() {
        return state == State.WAITING;
    }

    boolean isAnnounced() {
        return switchover.isAnnounced();
    }

    /** The device to which frames for the port are transmitted; null when neither attachment accepts frames. */
    @Nullable
    Device device() {
        Device before = from.hasLink() ? from.device() : null;
        Device after = to.hasLink() ? to.device() : null;
        if (switchover.isAnnounced() || before == null) {
            return after;
        }
        return after == null ? before : new SwitchoverLeg(before, after, switchover);
    }

    /** The MTU of the attachment in use, in bytes (layer-3 packet). */
    int mtu() {
        return switchover.isAnnounced() || !from.hasLink() ? to.mtu() : from.mtu();
    }

    void complete() {
        state = State.COMPLETE;
    }

    /** Aborts the migration. The caller closes the new attachment, and takes the migration from the port. */
    public void abort(String why) {
        state = State.ABORTED;
        message = why;
        settled = true;
    }

    /** Returns true once: when the migration decorator of the new attachment is no longer needed. */
    boolean settles(long nowNs) {
        Switchover.Announced announced = switchover.announced();
        boolean now = state == State.COMPLETE && !settled && announced != null
                && (switchover.firstFrameNs() != 0 || nowNs - announced.atNs() > FIRST_FRAME_NS);
        settled |= now;
        return now;
    }

    MigrationStatus status() {
        Switchover.Announced announced = switchover.announced();
        State seen = state == State.WAITING && to.hasLink() ? State.READY : state;
        DeviceFailure failure = to.failure();
        String text = state == State.WAITING && failure != null ? failure.message() : message;
        return new MigrationStatus(port, from.spec().device(), to.spec().device(), seen, text,
                announced == null ? null : announced.by(), switchover.readyNs(),
                announced == null ? 0 : announced.atNs(), switchover.firstFrameNs());
    }
}
