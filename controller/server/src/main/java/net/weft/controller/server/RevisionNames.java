package net.weft.controller.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of the files of revisions in a directory: {@code 0000000007.json}, and {@code 0000000007.json.gz} for a compressed one. */
record RevisionNames(Path directory) {
    private static final int DIGITS = 10;
    static final String UNFINISHED = ".new";
    private static final Pattern NAME = Pattern.compile("(\\d{10})\\.json(\\.gz)?");
    private static final Pattern ANY_NAME = Pattern.compile("(\\d{10})\\.json.*(?<!\\.new)");

    Path plain(long number) {
        return directory.resolve(padded(number) + ".json");
    }

    Path packed(long number) {
        return directory.resolve(padded(number) + ".json.gz");
    }

    private static String padded(long number) {
        String digits = Long.toString(number);
        return "0".repeat(Math.max(0, DIGITS - digits.length())) + digits;
    }

    /** Returns the file of a revision that counts: while there are both, the plain one, because the other may not be on the disk yet. */
    Path existing(long number) {
        return !Files.exists(plain(number)) && Files.exists(packed(number)) ? packed(number) : plain(number);
    }

    /** Returns the temporary name of a file until it is whole. */
    static Path unfinished(Path file) {
        return file.resolveSibling(file.getFileName() + UNFINISHED);
    }

    /** Returns the numbers of the files, ascending. */
    List<Long> numbers() throws IOException {
        return numbers(NAME);
    }

    /** Returns the highest number in the name of a file, also of one that was set aside; 0 if there is none. */
    long highest() throws IOException {
        List<Long> all = numbers(ANY_NAME);
        return all.isEmpty() ? 0 : all.getLast();
    }

    private List<Long> numbers(Pattern pattern) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> pattern.matcher(file.getFileName().toString())).filter(name -> name.matches())
                    .map(name -> Long.valueOf(name.group(1))).distinct().sorted().toList();
        }
    }

    /** Counts the files whose name ends so. */
    long count(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix)).count();
        }
    }
}
