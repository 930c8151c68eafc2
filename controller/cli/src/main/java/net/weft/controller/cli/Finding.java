package net.weft.controller.cli;

import java.util.Locale;

/**
 * One finding of {@code weft doctor}.
 *
 * @param what the subject of the check
 * @param text the result and, unless all is well, what to do
 */
public record Finding(Level level, String what, String text) {
    public enum Level {
        OK, WARN, FAIL
    }

    public static Finding ok(String what, String text) {
        return new Finding(Level.OK, what, text);
    }

    public static Finding warn(String what, String text) {
        return new Finding(Level.WARN, what, text);
    }

    public static Finding fail(String what, String text) {
        return new Finding(Level.FAIL, what, text);
    }

    String line() {
        return String.format(Locale.ROOT, "%-4s  %-14s  %s", level.name().toLowerCase(Locale.ROOT), what, text);
    }
}
