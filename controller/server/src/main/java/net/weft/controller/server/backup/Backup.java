package net.weft.controller.server.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.controller.server.History;
import net.weft.controller.server.StoreException;

/**
 * A backup as a zip archive: {@code weft-backup-1}, text that says what is in it, {@code revisions/0000000007.json} for each revision, as
 * the store has it, and {@code keys.sealed}. The archive checks each of them, and each revision has a checksum of its own.
 */
final class Backup {
    static final String KEYS = "keys.sealed";
    private static final String ABOUT = "weft-backup-1";
    private static final String ANY_VERSION = "weft-backup-";
    private static final String REVISIONS = "revisions/";
    private static final String NEWEST = "newest: ";
    private static final String COUNT = "revisions: ";
    private static final int MOST_BYTES = 256 << 20;

    private final Revision newest;
    private final Map<Long, byte[]> before;
    private final Optional<byte[]> keys;

    private Backup(Revision newest, Map<Long, byte[]> before, Optional<byte[]> keys) {
        this.newest = newest;
        this.before = before;
        this.keys = keys;
    }

    /**
     * Writes a backup.
     *
     * @param keys the keys to seal; empty: none is in the backup
     * @throws StoreException if there is no revision
     */
    static void write(History history, Map<String, byte[]> keys, String passphrase, Instant now, OutputStream out)
            throws IOException {
        Revision newest = history.revision(0);
        List<Long> numbers = new ArrayList<>(
                history.numbers().stream().filter(number -> number < newest.number()).toList());
        numbers.add(newest.number());
        try (ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
            zip.setLevel(Deflater.BEST_SPEED);
            entry(zip, ABOUT, ("time: " + now + "\n" + NEWEST + newest.number() + "\n" + COUNT + numbers.size()
                    + "\nkeys: " + (passphrase.isEmpty() ? "none" : "sealed, " + keys.size()) + "\n")
                    .getBytes(StandardCharsets.UTF_8));
            for (long number : numbers) {
                byte[] bytes = number == newest.number()
                        ? RevisionCodec.write(newest)
                        : history.bytes(number).orElse(new byte[0]);
                entry(zip, name(number), bytes);
            }
            if (!passphrase.isEmpty()) {
                entry(zip, KEYS, SealedKeys.seal(keys, passphrase, new SecureRandom()));
            }
        }
    }

    private static String name(long number) {
        return String.format(Locale.ROOT, "%s%010d.json", REVISIONS, number);
    }

    private static void entry(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
        zip.closeEntry();
    }

    /**
     * Reads a backup.
     *
     * @throws InvalidBackupException if it is none, or damaged
     */
    static Backup read(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile(), StandardCharsets.UTF_8)) {
            String about = new String(bytes(zip, about(zip)), StandardCharsets.UTF_8);
            long newest = number(about, NEWEST);
            Map<Long, byte[]> revisions = new TreeMap<>();
            zip.stream().filter(entry -> entry.getName().matches(REVISIONS + "\\d{10}\\.json"))
                    .forEach(entry -> revisions.put(
                            Long.valueOf(entry.getName().substring(REVISIONS.length(), REVISIONS.length() + 10)),
                            bytes(zip, entry)));
            if (revisions.size() != number(about, COUNT)) {
                throw new InvalidBackupException(revisions.size() + " revisions are in the backup, expected "
                        + number(about, COUNT));
            }
            byte[] last = revisions.remove(newest);
            if (last == null) {
                throw new InvalidBackupException("revision " + newest + " is missing");
            }
            revisions.values().removeIf(bytes -> bytes.length == 0);
            long highest = revisions.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
            if (highest > newest) {
                throw new InvalidBackupException("revision " + highest + " in it is newer than its newest, " + newest);
            }
            Optional<byte[]> keys = Optional.ofNullable(zip.getEntry(KEYS)).map(entry -> bytes(zip, entry));
            return new Backup(RevisionCodec.read(last), revisions, keys);
        } catch (ZipException e) {
            throw new InvalidBackupException("it is no backup of weft, or not all of it: " + e.getMessage());
        } catch (RevisionCodec.DamagedException e) {
            throw new InvalidBackupException("its newest revision is damaged: " + e.getMessage());
        }
    }

    private static ZipEntry about(ZipFile zip) {
        ZipEntry about = zip.getEntry(ABOUT);
        if (about != null) {
            return about;
        }
        boolean isNewer = zip.stream().anyMatch(entry -> entry.getName().startsWith(ANY_VERSION));
        throw new InvalidBackupException(isNewer
                ? "it was made by a newer version of weft"
                : "it is no backup of weft: it has no " + ABOUT);
    }

    private static long number(String about, String key) {
        return about.lines().filter(line -> line.startsWith(key)).findFirst().map(line -> line.substring(key.length()))
                .filter(text -> text.matches("\\d{1,18}")).map(Long::valueOf)
                .orElseThrow(() -> new InvalidBackupException(ABOUT + " in it does not say `" + key + "NUMBER`"));
    }

    private static byte[] bytes(ZipFile zip, ZipEntry entry) {
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(MOST_BYTES);
            if (in.read() >= 0) {
                throw new InvalidBackupException(entry.getName() + " has more than " + MOST_BYTES + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw new InvalidBackupException(entry.getName() + " in it is damaged: " + e.getMessage());
        }
    }

    Revision newest() {
        return newest;
    }

    Map<Long, byte[]> before() {
        return before;
    }

    /** Returns the sealed keys; empty: there are none in the backup. */
    Optional<byte[]> keys() {
        return keys;
    }
}
