package net.weft.lldp;

import java.nio.charset.StandardCharsets;

/** Text that a neighbour chose. It may reach a terminal, so it is made printable. */
final class LldpText {
    private LldpText() {
    }

    /** UTF-8, with a question mark for whatever is not a printable character. */
    static String printable(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        new String(bytes, StandardCharsets.UTF_8).codePoints()
                .forEach(c -> text.appendCodePoint(isPrintable(c) ? c : '?'));
        return text.toString();
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }
}
