package net.weft.vswitch.attach;

import java.util.Locale;
import java.util.OptionalLong;
import net.weft.vswitch.device.DeviceSpec;
import org.jspecify.annotations.Nullable;

/**
 * The status of one port's migration. Times are {@link System#nanoTime()}; 0 for an event that has not happened yet.
 *
 * @param port the port's name
 * @param from the device of the old attachment
 * @param to the device of the new attachment
 * @param message what the migration waits for, or why it was aborted; empty when complete
 * @param announcement the kind of frame by which the guest announced itself, or null
 * @param readyNs when the guest could first receive frames at the new attachment
 * @param announcedNs when the announcement was received from the new attachment; frames for the port went there from
 *     then on
 * @param firstFrameNs when the first frame was delivered to the guest at the new attachment
 */
public record MigrationStatus(String port, DeviceSpec from, DeviceSpec to, State state, String message,
        @Nullable GuestAnnouncement announcement, long readyNs, long announcedNs, long firstFrameNs) {
    /** The state of a migration. */
    public enum State {
        /** The new attachment is bound; no guest runs there yet. */
        WAITING,
        /** A guest runs there and has not announced itself. */
        READY,
        /** The guest has announced itself and the old attachment is closed. */
        COMPLETE,
        /** The migration was aborted; the port keeps its old attachment. */
        ABORTED;

        /** The name in user output. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Weft's share of the outage in ns: from the announcement to the first frame delivered; 0 if one was delivered
     * before.
     */
    public OptionalLong announcedToFirstFrameNs() {
        return spanNs(announcedNs, firstFrameNs);
    }

    /** Time in ns from the guest's rings being ready to the first frame delivered. */
    public OptionalLong readyToFirstFrameNs() {
        return spanNs(readyNs, firstFrameNs);
    }

    /** Time in ns from the guest's rings being ready to the announcement. */
    public OptionalLong readyToAnnouncedNs() {
        return spanNs(readyNs, announcedNs);
    }

    private static OptionalLong spanNs(long fromNs, long untilNs) {
        return fromNs == 0 || untilNs == 0 ? OptionalLong.empty() : OptionalLong.of(Math.max(0, untilNs - fromNs));
    }
}
