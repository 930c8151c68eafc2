package net.weft.controller.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.controller.model.revision.RevisionHeader;
import org.jspecify.annotations.Nullable;

/**
 * A file with the headers of all revisions, one a line behind its CRC-32C, so that a history need not open every revision. It is written
 * beside the work and not forced to disk; a line that is missing or damaged only costs the time to read the revision. Of two lines with
 * one number the later counts. The file is read from its end, where the newest revisions are, and no further than is needed. It is forced
 * to disk now and then, which a mark in it notes; after a crash of the host, lines behind the last mark may be missing. The caller
 * serializes the calls.
 */
final class HeaderIndex {
    private static final System.Logger LOG = System.getLogger(HeaderIndex.class.getName());

    /** Digits of the checksum at the beginning of a line. */
    private static final int HEXADECIMALS = 8;
    /** Lines at the end in which the newest revision and the last mark stand; behind them may be older ones that a history has read. */
    private static final int TAIL = 512;
    private static final String MARK = "forced ";

    private final Path file;
    private final int kept;
    private final Set<Long> seen = new HashSet<>();
    private @Nullable LinesFromEnd reader;
    private int lines;

    /** @param kept number of revisions that are kept; a file with twice as many lines is written anew */
    HeaderIndex(Path file, int kept) {
        this.file = file;
        this.kept = kept;
    }

    /** Appends a header. */
    void add(RevisionHeader header) {
        try {
            seen.add(header.number());
            append(RevisionCodec.writeHeader(header));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the index of headers lacks one", e);
        }
    }

    private void append(String text) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        if (reader == null) {
            reader = new LinesFromEnd(file);
        }
        Files.writeString(file, line(text), StandardOpenOption.APPEND);
        lines++;
    }

    private static String line(String text) {
        return String.format(Locale.ROOT, "%08x %s%n", checksum(text), text);
    }

    /**
     * Forces what was added to disk, and marks that.
     *
     * @param newest number of the newest revision that was added
     */
    void force(long newest) {
        try {
            if (Files.exists(file)) {
                force(file);
                append(MARK + newest);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the index of headers is not forced", e);
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Returns the newest revision that was added when the file was forced the last time; 0 if there is no mark. */
    long forced() {
        try {
            LinesFromEnd open = new LinesFromEnd(file);
            for (int i = 0; i < TAIL && !open.isDone(); i++) {
                Optional<String> mark = open.previous().flatMap(HeaderIndex::checked)
                        .filter(text -> text.startsWith(MARK));
                if (mark.isPresent()) {
                    return marked(mark.get());
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the index of headers has no mark", e);
        }
        return 0;
    }

    private static long checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    /** Returns whether every line was read. */
    boolean isRead() {
        return reader != null && reader.isDone();
    }

    /** Returns how often a block of the file was read. */
    long reads() {
        return reader == null ? 0 : reader.blocks();
    }

    /** Returns the header before the one that was returned last and those that were added; empty if every line was read. */
    Optional<RevisionHeader> previous() {
        try {
            LinesFromEnd open = reader == null ? new LinesFromEnd(file) : reader;
            reader = open;
            for (Optional<String> line = open.previous(); line.isPresent(); line = open.previous()) {
                lines++;
                Optional<RevisionHeader> header = header(line.get()).filter(read -> seen.add(read.number()));
                if (header.isPresent()) {
                    return header;
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the index of headers breaks off", e);
            reader = LinesFromEnd.NONE;
        }
        return Optional.empty();
    }

    /** Returns the highest number in the newest lines, back to the last mark; 0 if there is none. */
    long newest() {
        long newest = 0;
        try {
            LinesFromEnd open = new LinesFromEnd(file);
            for (int i = 0; i < TAIL && !open.isDone(); i++) {
                Optional<String> text = open.previous().flatMap(HeaderIndex::checked);
                if (text.isPresent() && text.get().startsWith(MARK)) {
                    return Math.max(newest, marked(text.get()));
                }
                newest = Math.max(newest,
                        text.flatMap(HeaderIndex::parsed).map(RevisionHeader::number).orElse(0L));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the index of headers cannot be read", e);
        }
        return newest;
    }

    private static long marked(String mark) {
        try {
            return Long.parseLong(mark.substring(MARK.length()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Returns what a line has behind its checksum; empty if it is damaged. */
    private static Optional<String> checked(String line) {
        try {
            if (line.length() > HEXADECIMALS && line.charAt(HEXADECIMALS) == ' ') {
                String text = line.substring(HEXADECIMALS + 1);
                return Long.parseLong(line, 0, HEXADECIMALS, 16) == checksum(text)
                        ? Optional.of(text)
                        : Optional.empty();
            }
        } catch (NumberFormatException e) {
            LOG.log(System.Logger.Level.DEBUG, "a line of the index does not read", e);
        }
        return Optional.empty();
    }

    private static Optional<RevisionHeader> header(String line) {
        return checked(line).filter(text -> !text.startsWith(MARK)).flatMap(HeaderIndex::parsed);
    }

    private static Optional<RevisionHeader> parsed(String text) {
        try {
            return Optional.of(RevisionCodec.readHeader(text));
        } catch (RevisionCodec.DamagedException e) {
            LOG.log(System.Logger.Level.DEBUG, "a line of the index does not read", e);
            return Optional.empty();
        }
    }

    /** Removes the file. */
    void clear() {
        try {
            Files.deleteIfExists(file);
            reader = LinesFromEnd.NONE;
            lines = 0;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, file + ": cannot be removed: " + FileErrors.of(e));
        }
    }

    /** Writes the file anew if most of its lines are of no use any more. */
    void compact(Collection<RevisionHeader> headers) {
        if (lines <= 2 * kept) {
            return;
        }
        StringBuilder text = new StringBuilder();
        headers.forEach(header -> text.append(line(RevisionCodec.writeHeader(header))));
        long newest = headers.stream().mapToLong(RevisionHeader::number).max().orElse(0);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, text);
            force(fresh);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            lines = headers.size();
            append(MARK + newest);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the index of headers is not made anew", e);
        }
    }
}
