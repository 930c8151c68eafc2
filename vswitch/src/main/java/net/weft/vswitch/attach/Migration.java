package net.weft.vswitch.attach;

import net.weft.vswitch.attach.MigrationStatus.State;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.device.DeviceOpener;
import net.weft.vswitch.port.PortSpec;
import org.jspecify.annotations.Nullable;

/**
 * The way of one port's guest from one attachment to another. The new one is a supervisor of its own with the port's number
 * and counters, so that what comes in by either is the port's: stations stay where they were learned.
 * <p>
 * While both live, the port's leg is an {@link SwitchoverLeg}. A guest that was stopped at the old attachment is reached by the new
 * one as soon as its rings run there, also before it announces itself. The announcement ends it: the old attachment is let go.
 * Control thread only, but for the {@link Switchover}.
 */
public final class Migration {
    /** How long after the announcement the first frame is waited for, for its time alone. */
    private static final long FIRST_FRAME_NS = 2_000_000_000L;

    private final PortSupervisor from;
    private final PortSupervisor to;
    private final Switchover handover;
    private State state = State.WAITING;
    private String message = "";
    private boolean settled;

    /**
     * @param next the port as it will be
     * @param opener of the new attachment
     */
    Migration(PortSupervisor from, PortSpec next, DeviceOpener opener, Switchover handover) {
        this.from = from;
        this.handover = handover;
        to = new PortSupervisor(next, MigrationTarget.opener(opener, handover), from.counters);
    }

    /** The attachment that is let go when the guest has announced itself. */
    PortSupervisor from() {
        return from;
    }

    public PortSupervisor to() {
        return to;
    }

    /** Whether both attachments are bound. */
    boolean isRunning() {
        return state == State.WAITING;
    }

    boolean isAnnounced() {
        return handover.isAnnounced();
    }

    /** Takes over what was changed of the port while the new attachment stays. */
    public void spec(PortSpec next) {
        to.spec(next.attachedTo(to.spec().device()));
    }

    /** Where frames for the port go; null when neither attachment takes any. */
    @Nullable
    public Device leg() {
        Device before = from.leg();
        Device after = to.leg();
        if (handover.isAnnounced() || before == null) {
            return after;
        }
        return after == null ? before : new SwitchoverLeg(before, after, handover);
    }

    /** Largest layer-3 packet that the attachment in use carries, bytes. */
    public int mtu() {
        return handover.isAnnounced() || from.leg() == null ? to.mtu() : from.mtu();
    }

    void complete() {
        state = State.COMPLETE;
    }

    public void abort(String why) {
        state = State.ABORTED;
        message = why;
        settled = true;
    }

    /** Whether the time has come to stop watching the frames of the new attachment, which is told only once. */
    boolean settles(long nowNs) {
        Switchover.Announced announced = handover.announced();
        boolean now = state == State.COMPLETE && !settled && announced != null
                && (handover.firstFrameNs() != 0 || nowNs - announced.atNs() > FIRST_FRAME_NS);
        settled |= now;
        return now;
    }

    MigrationStatus status() {
        Switchover.Announced announced = handover.announced();
        State seen = state == State.WAITING && to.leg() != null ? State.READY : state;
        DeviceFailure failure = to.failure();
        String said = state == State.WAITING && failure != null ? failure.message() : message;
        return new MigrationStatus(from.spec().name(), from.spec().device(), to.spec().device(), seen, said,
                announced == null ? null : announced.by(), handover.readyNs(), announced == null ? 0 : announced.atNs(),
                handover.firstFrameNs());
    }
}
