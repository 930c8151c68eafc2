package net.weft.controller.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.controller.model.revision.RevisionHeader;

/**
 * A file with the headers of all revisions, one a line behind its CRC-32C, so that a history need not open every revision. It is written
 * beside the work and not forced to disk; a line that is missing or damaged only costs the time to read the revision. Of two lines with
 * one number the later counts. The caller serializes the calls.
 */
final class HeaderIndex {
    private static final System.Logger LOG = System.getLogger(HeaderIndex.class.getName());

    private final Path file;
    private final int kept;
    private int lines;

    /** @param kept number of revisions that are kept; a file with twice as many lines is written anew */
    HeaderIndex(Path file, int kept) {
        this.file = file;
        this.kept = kept;
    }

    /** Appends a header. */
    void add(RevisionHeader header) {
        try {
            if (!Files.exists(file)) {
                Files.createFile(file,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(file, line(header), StandardOpenOption.APPEND);
            lines++;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the index of headers lacks one", e);
        }
    }

    private static String line(RevisionHeader header) {
        String text = RevisionCodec.writeHeader(header);
        return String.format(Locale.ROOT, "%08x %s%n", checksum(text), text);
    }

    private static long checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    /** Returns the headers that can be read, by number. */
    SequencedMap<Long, RevisionHeader> read() {
        TreeMap<Long, RevisionHeader> headers = new TreeMap<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            String line;
            while ((line = reader.readLine()) != null) {
                lines++;
                put(line, headers);
            }
        } catch (NoSuchFileException _) {
            return headers;
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the index of headers breaks off", e);
        }
        return headers;
    }

    private static void put(String line, Map<Long, RevisionHeader> headers) {
        int space = line.indexOf(' ');
        if (space > 0 && line.substring(0, space).equals(String.format(Locale.ROOT, "%08x",
                checksum(line.substring(space + 1))))) {
            try {
                RevisionHeader header = RevisionCodec.readHeader(line.substring(space + 1));
                headers.put(header.number(), header);
            } catch (RevisionCodec.DamagedException e) {
                LOG.log(System.Logger.Level.DEBUG, "a line of the index does not read", e);
            }
        }
    }

    /** Removes the file. */
    void clear() {
        try {
            Files.deleteIfExists(file);
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
        headers.forEach(header -> text.append(line(header)));
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            lines = headers.size();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the index of headers is not made anew", e);
        }
    }
}
