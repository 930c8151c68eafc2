package net.weft.controller.model.yaml.value;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import net.weft.controller.model.ExportConfig;

/** A time span in the form of the language: {@code 30s}, {@code 5m}, {@code 1h}. */
public final class TimeSpan {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,6})([smh])");

    private TimeSpan() {
    }

    /**
     * Parses a time span to seconds; empty if the text is no time span, or longer than
     * {@value ExportConfig#MAX_SECONDS} s.
     */
    public static OptionalInt seconds(String text) {
        return seconds(text, ExportConfig.MAX_SECONDS);
    }

    /** Parses a time span to seconds; empty if the text is no time span, or longer than {@code most} seconds. */
    public static OptionalInt seconds(String text, int most) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return OptionalInt.empty();
        }
        long seconds = Long.parseLong(form.group(1)) * switch (form.group(2)) {
            case "h" -> 3600;
            case "m" -> 60;
            default -> 1;
        };
        return seconds <= most ? OptionalInt.of((int) seconds) : OptionalInt.empty();
    }

    /** Returns the text of a time span, in the largest unit that divides it. */
    public static String text(int seconds) {
        return seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
