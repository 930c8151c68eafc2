package net.weft.controller.cli.guest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of QEMU, to the extent that it decides how an option is written.
 *
 * @param major 4 or more; older versions are not supported
 */
record QemuVersion(int major, int minor) {
    /** The version in Debian 12; its options are also accepted by the next few versions. */
    static final QemuVersion DEFAULT = new QemuVersion(7, 2);
    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]?)\\.([0-9]{1,2})(\\.[0-9]{1,3})?");

    /**
     * Parses a version.
     *
     * @throws IllegalArgumentException with a sentence, if the text is not a supported version
     */
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

    /** Returns whether {@code -netdev stream} and {@code dgram} exist. */
    boolean hasSocketNetdevs() {
        return isAtLeast(7, 2);
    }

    /** Returns whether {@code -netdev stream} can reconnect. */
    boolean hasStreamReconnect() {
        return isAtLeast(8, 0);
    }

    /** Returns whether {@code -machine memory-backend=} exists, in place of a NUMA node. */
    boolean hasMachineMemory() {
        return isAtLeast(5, 0);
    }

    /**
     * Returns the option to reconnect after one second. {@code reconnect} counts seconds and is deprecated since 9.2.
     */
    String reconnect() {
        return isAtLeast(9, 2) ? "reconnect-ms=1000" : "reconnect=1";
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
