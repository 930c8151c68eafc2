package net.weft.controller.cli.complete;

import java.util.List;

/**
 * The candidates for the last word of a command line.
 *
 * @param kind how the shell has to treat the words
 * @param words whole words, which replace the last one
 */
record Candidates(Kind kind, List<String> words) {
    static final Candidates NONE = plain(List.of());
    static final Candidates FILES = new Candidates(Kind.FILES, List.of());

    /** The way in which the shell treats the candidates. */
    enum Kind {
        /** A space follows the word. */
        PLAIN,
        /** No space follows, as a value does. */
        NOSPACE,
        /** The shell completes the name of a file. */
        FILES
    }

    static Candidates plain(List<String> words) {
        return new Candidates(Kind.PLAIN, List.copyOf(words));
    }

    /** Returns those words that begin as the last word does. */
    Candidates startingWith(String begun) {
        return new Candidates(kind, words.stream().filter(word -> word.startsWith(begun)).distinct().toList());
    }
}
