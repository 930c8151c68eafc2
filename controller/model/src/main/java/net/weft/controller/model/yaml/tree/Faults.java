package net.weft.controller.model.yaml.tree;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects faults instead of throwing at the first one. It keeps {@value #MAX} faults and counts the rest. */
public final class Faults {
    public static final int MAX = 10_000;
    private static final int MAX_SHOWN = 64;

    private final List<Fault> faults = new ArrayList<>();
    private int dropped;

    public void add(Fault.Kind kind, String path, Position position, String message) {
        if (faults.size() < MAX) {
            faults.add(new Fault(kind, path, position, message));
        } else {
            dropped++;
        }
    }

    /** Returns whether further faults are only counted, so that their messages need not be formatted. */
    public boolean isFull() {
        return faults.size() >= MAX;
    }

    public int size() {
        return faults.size() + dropped;
    }

    public boolean isEmpty() {
        return faults.isEmpty();
    }

    /** Returns the faults in the order of the text. */
    public List<Fault> toList() {
        List<Fault> sorted = new ArrayList<>(faults);
        sorted.sort(Comparator.comparing(Fault::position));
        if (dropped > 0) {
            sorted.add(new Fault(Fault.Kind.SYNTAX, "", Position.NONE, dropped + " more faults are not shown"));
        }
        return sorted;
    }

    /** Returns a piece of input in a form fit for a message: short, printable, on one line. */
    public static String shown(String text) {
        if (isShort(text)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(MAX_SHOWN)
                .forEach(c -> shown.appendCodePoint(Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? '?' : c));
        return shown.length() < text.length() ? shown.append('…').toString() : shown.toString();
    }

    /** Returns whether a text of ASCII is fit for a message as it is, as nearly all are. */
    private static boolean isShort(String text) {
        if (text.length() > MAX_SHOWN) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    public static String child(String path, String key) {
        return path.isEmpty() ? shown(key) : path + "." + shown(key);
    }
}
