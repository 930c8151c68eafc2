package net.weft.packet;

/**
 * Range checks of the value types: an invalid field is rejected when the value is created, so {@code emit} never
 * truncates one.
 */
final class Fields {
    private Fields() {
    }

    static void unsigned(String name, long value, int bits) {
        if (value < 0 || value >>> bits != 0) {
            throw new IllegalArgumentException(name + " " + value + " is not in 0-" + ((1L << bits) - 1));
        }
    }

    static void length(String name, int length, int min, int max, int multiple) {
        if (length < min || length > max || length % multiple != 0) {
            throw new IllegalArgumentException(name + " of " + length + " bytes: expected " + min + " to " + max
                    + (multiple == 1 ? "" : ", a multiple of " + multiple));
        }
    }

    static void checked(boolean sane, String header, int available) {
        if (!sane) {
            throw new IllegalArgumentException(
                    "no valid " + header + " header in the " + Math.max(available, 0) + " bytes given");
        }
    }
}
