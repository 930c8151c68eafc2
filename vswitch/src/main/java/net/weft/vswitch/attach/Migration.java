package net.weft.vswitch.attach;

import net.weft.vswitch.attach.MigrationStatus.State;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import org.jspecify.annotations.Nullable;

/**
 * The way of one port's guest from one attachment to another: the port has two attachments for a while, and what comes in by either is the
 * port's, so that MAC entries and counters stay.
 * <p>
 * While both live, frames for the port leave by a {@link SwitchoverLeg}. A guest that was stopped at the old attachment is reached by the new
 * one as soon as its rings run there, also before it announces itself. The announcement ends it: the old attachment is closed.
 * Control thread only, but for the {@link Switchover}.
 */
public final class Migration {
    /** How long after the announcement the first frame is waited for, for its time alone. */
    private static final long FIRST_FRAME_NS = 2_000_000_000L;

    private final Port port;
    private final AttachmentSupervisor from;
    private final AttachmentSupervisor to;
    private final Switchover switchover;
    private State state = State.WAITING;
    private String message = "";
    private boolean settled;

    /** @param to opened through {@link MigrationTarget#opener} with the same switchover */
    Migration(Port port, AttachmentSupervisor to, Switchover switchover) {
        this.port = port;
        from = port.legs().getFirst();
        this.to = to;
        this.switchover = switchover;
    }

    Port port() {
        return port;
    }

    /** The attachment that is closed when the guest has announced itself. */
    AttachmentSupervisor from() {
        return from;
    }

    /** The attachment that the guest is expected at. */
    public AttachmentSupervisor to() {
        return to;
    }

    /** Whether both attachments are bound. */
    boolean isRunning() {
        return state == State.WAITING;
    }

    boolean isAnnounced() {
        return switchover.isAnnounced();
    }

    /** The device that frames for the port leave by; null when neither attachment takes any. */
    @Nullable
    Device device() {
        Device before = from.hasLink() ? from.device() : null;
        Device after = to.hasLink() ? to.device() : null;
        if (switchover.isAnnounced() || before == null) {
            return after;
        }
        return after == null ? before : new SwitchoverLeg(before, after, switchover);
    }

    /** Largest layer-3 packet that the attachment in use carries, bytes. */
    int mtu() {
        return switchover.isAnnounced() || !from.hasLink() ? to.mtu() : from.mtu();
    }

    void complete() {
        state = State.COMPLETE;
    }

    /** Ends it; the new attachment is the caller's to close. */
    public void abort(String why) {
        state = State.ABORTED;
        message = why;
        settled = true;
        port.migration(null);
    }

    /** Whether it is time to stop watching the frames of the new attachment; true once. */
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
        return new MigrationStatus(port.spec().name(), from.spec().device(), to.spec().device(), seen, text,
                announced == null ? null : announced.by(), switchover.readyNs(),
                announced == null ? 0 : announced.atNs(), switchover.firstFrameNs());
    }
}
