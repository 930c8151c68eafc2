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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.controller.server.EarlierRevisions;
import net.weft.controller.server.History;
import net.weft.controller.server.StoreException;

/**
 * A backup as a zip archive: {@code weft-backup-1}, text that says what is in it, {@code revisions/0000000007.json} for each revision, as
 * the store has it, and {@code keys.sealed}. The archive checks each of them, and each revision has a checksum of its own. All revisions
 * together may be many times the heap: no more than two of them are in it at once.
 */
final class Backup implements EarlierRevisions {
    static final String KEYS = "keys.sealed";
    private static final String ABOUT = "weft-backup-1";
    private static final String ANY_VERSION = "weft-backup-";
    private static final String REVISIONS = "revisions/";
    private static final String NEWEST = "newest: ";
    private static final String COUNT = "revisions: ";
    private static final Pattern REVISION = Pattern.compile(REVISIONS + "(\\d{10})\\.json");
    private static final int MOST_BYTES = 256 << 20;
    private static final int BLOCK = 64 << 10;

    private final Path file;
    private final Revision newest;
    private final List<Long> before;
    private final Optional<byte[]> keys;

    private Backup(Path file, Revision newest, List<Long> before, Optional<byte[]> keys) {
        this.file = file;
        this.newest = newest;
        this.before = List.copyOf(before);
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
     * Reads a backup as a whole, and keeps of it the newest revision and the keys.
     *
     * @throws InvalidBackupException if it is none, or damaged
     */
    static Backup read(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile(), StandardCharsets.UTF_8)) {
            String about = new String(bytes(zip, about(zip)), StandardCharsets.UTF_8);
            long newest = number(about, NEWEST);
            TreeMap<Long, Long> lengths = lengths(zip);
            if (lengths.size() != number(about, COUNT)) {
                throw new InvalidBackupException(lengths.size() + " revisions are in the backup, expected "
                        + number(about, COUNT));
            }
            if (!lengths.containsKey(newest)) {
                throw new InvalidBackupException("revision " + newest + " is missing");
            }
            lengths.values().removeIf(length -> length == 0);
            if (!lengths.isEmpty() && lengths.lastKey() > newest) {
                throw new InvalidBackupException("revision " + lengths.lastKey() + " in it is newer than its newest, "
                        + newest);
            }
            lengths.remove(newest);
            Optional<byte[]> keys = Optional.ofNullable(zip.getEntry(KEYS)).map(entry -> bytes(zip, entry));
            return new Backup(file, RevisionCodec.read(bytes(zip, zip.getEntry(name(newest)))),
                    List.copyOf(lengths.keySet()), keys);
        } catch (ZipException e) {
            throw new InvalidBackupException("it is no backup of weft, or not all of it: " + e.getMessage());
        } catch (RevisionCodec.DamagedException e) {
            throw new InvalidBackupException("its newest revision is damaged: " + e.getMessage());
        }
    }

    /** Reads each revision to its end, so that the archive checks it, and returns their lengths by number. */
    private static TreeMap<Long, Long> lengths(ZipFile zip) {
        TreeMap<Long, Long> lengths = new TreeMap<>();
        byte[] block = new byte[BLOCK];
        zip.stream().forEach(entry -> {
            Matcher name = REVISION.matcher(entry.getName());
            if (name.matches()) {
                lengths.put(Long.valueOf(name.group(1)), length(zip, entry, block));
            }
        });
        return lengths;
    }

    private static long length(ZipFile zip, ZipEntry entry, byte[] block) {
        try (InputStream in = zip.getInputStream(entry)) {
            long length = 0;
            int read = in.read(block);
            while (read >= 0) {
                length += read;
                if (length > MOST_BYTES) {
                    throw tooLong(entry);
                }
                read = in.read(block);
            }
            return length;
        } catch (IOException e) {
            throw damaged(entry, e);
        }
    }

    private static InvalidBackupException tooLong(ZipEntry entry) {
        return new InvalidBackupException(entry.getName() + " has more than " + MOST_BYTES + " bytes");
    }

    private static InvalidBackupException damaged(ZipEntry entry, IOException why) {
        return new InvalidBackupException(entry.getName() + " in it is damaged: " + why.getMessage());
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
                throw tooLong(entry);
            }
            return bytes;
        } catch (IOException e) {
            throw damaged(entry, e);
        }
    }

    Revision newest() {
        return newest;
    }

    /** Returns the number of revisions before the newest. */
    @Override
    public int count() {
        return before.size();
    }

    /** Reads the revisions before the newest, one after another, in the order of their numbers. */
    @Override
    public void forEach(Taker taker) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile(), StandardCharsets.UTF_8)) {
            for (long number : before) {
                taker.take(number, bytes(zip, zip.getEntry(name(number))));
            }
        }
    }

    /** Returns the sealed keys; empty: there are none in the backup. */
    Optional<byte[]> keys() {
        return keys;
    }
}
