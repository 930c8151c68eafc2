package net.weft.controller.model.yaml;

import java.util.List;
import java.util.SplittableRandom;

/** Breaks a text in a few places: characters, YAML's own signs, lines doubled, swapped or cut. */
public final class Mutation {
    private static final List<String> SPICE = List.of("&a ", "*a", "!!binary ", "!x ", "{", "}", "[", "]", ": ", "- ",
            "? ", "---\n", "...\n", "#", "|\n", ">\n", "\"", "'", "\t", "\n", "\u0000", "\ud800", "\uffff",
            "%YAML 1.1\n", "<<: ",
            "99999999999", "-1", "~", "null", ",", "\\u", "\u2028", "☃", "0x", "1e999", ".inf", "\r", "\u0085", "@",
            "`");

    private final SplittableRandom random;

    public Mutation(SplittableRandom random) {
        this.random = random;
    }

    public String of(String text) {
        StringBuilder mutated = new StringBuilder(text);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(mutated.length() + 1);
            switch (random.nextInt(6)) {
                case 0 -> mutated.insert(at, SPICE.get(random.nextInt(SPICE.size())));
                case 1 -> mutated.insert(at, (char) random.nextInt(0x250));
                case 2 -> mutated.delete(at, Math.min(mutated.length(), at + 1 + random.nextInt(12)));
                case 3 -> mutated.insert(at, piece(text));
                case 4 -> mutated.insert(at, SPICE.get(random.nextInt(SPICE.size())).repeat(random.nextInt(200)));
                default -> {
                    int lineStart = mutated.lastIndexOf("\n", Math.max(0, at - 1)) + 1;
                    int lineEnd = mutated.indexOf("\n", lineStart);
                    mutated.insert(lineStart, mutated.substring(lineStart, lineEnd < 0 ? lineStart : lineEnd + 1));
                }
            }
        }
        return mutated.toString();
    }

    private String piece(String text) {
        int from = random.nextInt(text.length());
        return text.substring(from, from + random.nextInt(Math.min(60, text.length() - from)));
    }
}
