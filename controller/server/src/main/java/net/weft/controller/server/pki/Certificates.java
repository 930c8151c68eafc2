package net.weft.controller.server.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;
import net.weft.controller.server.StoreException;

/**
 * The certificates that an authority has issued and that have not expired, and which of them are revoked. One line of the
 * file {@code certificates} for each: serial number, role, name, expiry and time of revocation or a dash. Any thread.
 */
public final class Certificates {
    private static final String VALID = "-";
    private static final int FIELDS = 5;

    /** Certificates that are recorded before expired ones are dropped. */
    private static final int MOST = 10_000;

    private final Path file;
    private final InstantSource clock;
    private volatile SequencedMap<String, Issued> all = new LinkedHashMap<>();

    /**
     * One certificate.
     *
     * @param serial hexadecimal digits
     * @param revoked empty: it is valid
     */
    public record Issued(String serial, Role role, String name, Instant expires, Optional<Instant> revoked) {
        private String line() {
            return String.join(" ", serial, role.word(), name, expires.toString(),
                    revoked.map(Instant::toString).orElse(VALID));
        }
    }

    private Certificates(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    /** @throws StoreException if the file cannot be read: then it is not known which certificates are revoked */
    static Certificates open(Path file, InstantSource clock) {
        Certificates certificates = new Certificates(file, clock);
        SequencedMap<String, Issued> read = new LinkedHashMap<>();
        try {
            if (Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    Issued issued = parse(file, line);
                    read.put(issued.serial(), issued);
                }
            }
        } catch (IOException e) {
            throw new StoreException(file + ": cannot be read: " + e.getMessage(), e);
        }
        certificates.all = read;
        return certificates;
    }

    private static Issued parse(Path file, String line) {
        String[] fields = line.split(" ");
        try {
            if (fields.length == FIELDS) {
                return new Issued(fields[0], Role.of(fields[1]).orElseThrow(), fields[2], Instant.parse(fields[3]),
                        fields[4].equals(VALID) ? Optional.empty() : Optional.of(Instant.parse(fields[4])));
            }
        } catch (DateTimeParseException | java.util.NoSuchElementException e) {
            throw new StoreException(file + ": is damaged in the line " + line, e);
        }
        throw new StoreException(file + ": is damaged in the line " + line, null);
    }

    List<Issued> all() {
        return List.copyOf(all.values());
    }

    /** Returns when a certificate was revoked; empty if it was not, or none of that number was issued. */
    Optional<Instant> revoked(String serial) {
        Issued issued = all.get(serial);
        return issued == null ? Optional.empty() : issued.revoked();
    }

    boolean isIssued(String serial) {
        return all.containsKey(serial);
    }

    synchronized void add(Issued issued) {
        SequencedMap<String, Issued> next = new LinkedHashMap<>(all);
        if (next.size() >= MOST) { // never by the clock alone, which may be wrong for a while
            next.values().removeIf(old -> old.expires().isBefore(clock.instant()));
        }
        next.put(issued.serial(), issued);
        store(next);
    }

    /** Revokes what is not revoked yet, and returns it. */
    synchronized List<Issued> revoke(Predicate<Issued> which) {
        SequencedMap<String, Issued> next = new LinkedHashMap<>(all);
        List<Issued> revoked = new ArrayList<>();
        next.replaceAll((_, issued) -> {
            if (issued.revoked().isPresent() || !which.test(issued)) {
                return issued;
            }
            Issued gone = new Issued(issued.serial(), issued.role(), issued.name(), issued.expires(),
                    Optional.of(clock.instant()));
            revoked.add(gone);
            return gone;
        });
        store(next);
        return revoked;
    }

    private void store(SequencedMap<String, Issued> next) {
        StringBuilder text = new StringBuilder();
        next.values().forEach(issued -> text.append(issued.line()).append('\n'));
        PrivateFile.write(file, text.toString().getBytes(StandardCharsets.US_ASCII));
        all = next;
    }
}
