package net.weft.controller.model.yaml.keep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A text and the replacements to be made in it. Places count code points, as the parser does. */
final class LineText {
    private final int[] text;
    private final List<Replacement> replacements = new ArrayList<>();

    private record Replacement(int from, int to, String by) {
    }

    LineText(String text) {
        this.text = text.codePoints().toArray();
    }

    /** Replaces what stands between two places; insertions at one place keep the order in which they were made. */
    void replace(int from, int to, String by) {
        replacements.add(new Replacement(from, to, by));
    }

    /** Returns the text after all replacements; of two that overlap, the one that begins first is made. */
    String edited() {
        replacements.sort(Comparator.comparingInt(Replacement::from)
                .thenComparing(replacement -> replacement.to() > replacement.from()));
        StringBuilder edited = new StringBuilder(text.length);
        int at = 0;
        for (Replacement replacement : replacements) {
            if (replacement.from() >= at) {
                edited.append(of(at, replacement.from())).append(replacement.by());
                at = replacement.to();
            }
        }
        return edited.append(of(at, text.length)).toString();
    }

    String of(int from, int to) {
        return new String(text, from, to - from);
    }

    int lineStart(int place) {
        int start = place;
        while (start > 0 && text[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    /** Returns the beginning of the next line, or the end of the text. */
    int nextLine(int place) {
        int next = place;
        while (next < text.length && text[next] != '\n') {
            next++;
        }
        return Math.min(next + 1, text.length);
    }

    /** Returns what stands before a place in its line. */
    String before(int place) {
        return of(lineStart(place), place);
    }

    /** Returns the end of what stands before a place, without blanks and line breaks. */
    int trimmed(int place) {
        int end = place;
        while (end > 0 && Character.isWhitespace(text[end - 1])) {
            end--;
        }
        return end;
    }

    boolean endsWithin(int place) {
        return place == text.length && place > 0 && text[place - 1] != '\n';
    }

    /** Returns the beginning of the comment directly above a line: lines of nothing else, indented as the line is. */
    int commentStart(int lineStart, int indent) {
        int start = lineStart;
        while (start > 0) {
            int above = lineStart(start - 1);
            if (!of(above, start).stripTrailing().startsWith(" ".repeat(indent) + "#")) {
                return start;
            }
            start = above;
        }
        return start;
    }
}
