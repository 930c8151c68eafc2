package net.weft.vswitch.port;

import java.util.Locale;

/**
 * Something that happened in the switch and that its operator should know.
 *
 * @param kind what happened
 * @param subject name of the port, network or policy that it concerns
 * @param message a sentence for people
 */
public record SwitchEvent(Kind kind, String subject, String message) {
    /** The kinds of events. */
    public enum Kind {
        /** An address moved from one port to another. */
        MAC_MOVE,
        /** A port, a network or the switch has reached its limit of connections. */
        CONNECTION_LIMIT;

        /** Returns the word that users see, for example {@code mac-move}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
