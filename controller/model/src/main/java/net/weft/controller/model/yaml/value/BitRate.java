package net.weft.controller.model.yaml.value;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import net.weft.controller.model.ProtectionConfig;

/** A bit rate in the form of the language, {@code 100mbit}: units are decimal and mean bits a second, as in tc(8). */
public final class BitRate {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,13}(?:\\.[0-9]{1,9})?)([kmg]?bit)");
    /** Bits a second of each unit, the largest first. */
    private static final SequencedMap<String, Long> UNITS = new LinkedHashMap<>();

    static {
        UNITS.put("gbit", 1_000_000_000L);
        UNITS.put("mbit", 1_000_000L);
        UNITS.put("kbit", 1_000L);
        UNITS.put("bit", 1L);
    }

    private BitRate() {
    }

    /** Returns bits a second; empty if the text is no rate, no whole number of bits, or out of range. */
    public static OptionalLong parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return OptionalLong.empty();
        }
        BigDecimal bits = new BigDecimal(form.group(1))
                .multiply(BigDecimal.valueOf(UNITS.getOrDefault(form.group(2), 1L)));
        boolean fits = bits.compareTo(BigDecimal.valueOf(ProtectionConfig.MIN_RATE)) >= 0
                && bits.compareTo(BigDecimal.valueOf(ProtectionConfig.MAX_RATE)) <= 0
                && bits.stripTrailingZeros().scale() <= 0;
        return fits ? OptionalLong.of(bits.longValueExact()) : OptionalLong.empty();
    }

    /** Returns the shortest text without a fraction. */
    public static String text(long bitsPerSecond) {
        Map.Entry<String, Long> unit = UNITS.entrySet().stream()
                .filter(entry -> bitsPerSecond % entry.getValue() == 0).findFirst().orElseThrow();
        return bitsPerSecond / unit.getValue() + unit.getKey();
    }
}
