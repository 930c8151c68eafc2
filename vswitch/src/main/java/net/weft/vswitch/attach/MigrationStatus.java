package net.weft.vswitch.attach;

import java.util.Locale;
import java.util.OptionalLong;
import net.weft.vswitch.device.DeviceSpec;
import org.jspecify.annotations.Nullable;

/**
 * How the migration of one port's guest stands. Times are {@link System#nanoTime()}, 0 for what has not happened.
 *
 * @param port the port's name
 * @param from the attachment it had
 * @param to the attachment bound ahead
 * @param message what it waits for, or why it was aborted; empty when complete
 * @param announcement what the guest showed itself by, or null
 * @param readyNs when the guest could first take frames by the new attachment
 * @param announcedNs when the announcement was taken from the new attachment: frames went there from then on
 * @param firstFrameNs when the first frame was given to the guest by the new attachment
 */
public record MigrationStatus(String port, DeviceSpec from, DeviceSpec to, State state, String message,
        @Nullable GuestAnnouncement announcement, long readyNs, long announcedNs, long firstFrameNs) {
    /** Where a migration can stand. */
    public enum State {
        /** The new attachment is bound; no guest runs there yet. */
        WAITING,
        /** A guest runs there and has not announced itself. */
        READY,
        /** The guest has announced itself, the old attachment is let go. */
        COMPLETE,
        /** Called off; the port has the attachment it had. */
        ABORTED;

        /** The word users see. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Weft's share of the outage: from the announcement to the first frame given, 0 when one was given before. */
    public OptionalLong announcedToFirstFrameNs() {
        return spanNs(announcedNs, firstFrameNs);
    }

    /** From the guest's rings being ready to the first frame given. */
    public OptionalLong readyToFirstFrameNs() {
        return spanNs(readyNs, firstFrameNs);
    }

    /** From the guest's rings being ready to the announcement. */
    public OptionalLong readyToAnnouncedNs() {
        return spanNs(readyNs, announcedNs);
    }

    private static OptionalLong spanNs(long fromNs, long untilNs) {
        return fromNs == 0 || untilNs == 0 ? OptionalLong.empty() : OptionalLong.of(Math.max(0, untilNs - fromNs));
    }
}
