package net.weft.controller.cli.guest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of QEMU, as far as it decides how an option is written.
 *
 * @param major 4 or more: what is older is not written for
 */
record QemuVersion(int major, int minor) {
    /** Debian 12's; its options are also understood by the next few. */
    static final QemuVersion DEFAULT = new QemuVersion(7, 2);
    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]?)\\.([0-9]{1,2})(\\.[0-9]{1,3})?");

    /** @throws IllegalArgumentException with a sentence, unless the text is a version that arguments are written for */
    static QemuVersion parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < 4) {
            throw new IllegalArgumentException(text + " is not a version of QEMU such as 7.2 (4.0 or newer)");
        }
        return new QemuVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    boolean isAtLeast(int wantedMajor, int wantedMinor) {
        return major > wantedMajor || major == wantedMajor && minor >= wantedMinor;
    }

    /** {@code -netdev stream} and {@code dgram}. */
    boolean hasSocketNetdevs() {
        return isAtLeast(7, 2);
    }

    /** {@code -netdev stream} connects again by itself. */
    boolean hasStreamReconnect() {
        return isAtLeast(8, 0);
    }

    /** {@code -machine memory-backend=}, in place of a NUMA node. */
    boolean hasMachineMemory() {
        return isAtLeast(5, 0);
    }

    /** Try again after a second. {@code reconnect} counts seconds and is deprecated since 9.2. */
    String reconnect() {
        return isAtLeast(9, 2) ? "reconnect-ms=1000" : "reconnect=1";
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
