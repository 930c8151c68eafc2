package net.weft.controller.model.yaml.tree;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests the word that a mistyped word was probably meant to be. */
public final class Suggestion {
    private static final int MAX_LENGTH = 40;
    /** Most candidates that are compared, because a file may have thousands of networks and mistype each reference. */
    private static final int MAX_CANDIDATES = 256;

    private Suggestion() {
    }

    /**
     * Returns the candidate with the smallest edit distance, if it is at most a third of the word's length, or 2 (1 for
     * words of up to three letters).
     */
    public static Optional<String> nearest(String word, Collection<String> candidates) {
        if (word.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        int allowed = word.length() < 4 ? 1 : Math.max(2, word.length() / 3);
        return candidates.stream().limit(MAX_CANDIDATES).filter(candidate -> distance(word, candidate) <= allowed)
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
    }

    /** Returns the Levenshtein distance: insertions, deletions and replacements of one character. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
