package net.weft.controller.server.pki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import net.weft.controller.server.StoreException;
import net.weft.controller.server.pki.RefusedIdentityException.Reason;

/**
 * The tokens by which members join, each once. A token carries a secret and the fingerprint of the authority, so that the
 * member knows its controller before it sends the secret; only the hash of the secret is kept. A token that was used is
 * accepted again for the same key alone, for the member that has lost the answer. Any thread.
 */
public final class JoinTokens {
    public static final Duration DEFAULT_VALIDITY = Duration.ofDays(1);
    /** What a token begins with, so that a person recognizes one. */
    static final String PREFIX = "weft1.";
    private static final int SECRET_BYTES = 16;
    private static final String UNUSED = "-";
    private static final int FIELDS = 4;

    private final Authority authority;
    private final Path file;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();

    /** A token as it is handed out, once. */
    public record Token(String text, Instant expires) {
    }

    private record Entry(int member, Instant expires, String usedBy) {
    }

    private JoinTokens(Authority authority, Path file, InstantSource clock) {
        this.authority = authority;
        this.file = file;
        this.clock = clock;
    }

    /** @throws StoreException if the file cannot be read */
    public static JoinTokens open(Authority authority, Path data, InstantSource clock) {
        Path file = Authority.directory(data).resolve("tokens");
        JoinTokens tokens = new JoinTokens(authority, file, clock);
        try {
            if (Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    String[] fields = line.split(" ");
                    if (fields.length != FIELDS) {
                        throw new StoreException(file + ": is damaged in the line " + line, null);
                    }
                    tokens.entries.put(fields[0],
                            new Entry(Integer.parseInt(fields[1]), Instant.parse(fields[2]), fields[3]));
                }
            }
            return tokens;
        } catch (IOException | RuntimeException e) {
            throw new StoreException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Makes a token for a member. */
    public synchronized Token make(int member, Duration validity) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        Instant expires = clock.instant().plus(validity).truncatedTo(ChronoUnit.SECONDS);
        entries.values().removeIf(entry -> entry.expires().isBefore(clock.instant().minus(DEFAULT_VALIDITY)));
        entries.put(hash(secret), new Entry(member, expires, UNUSED));
        store();
        byte[] content = ByteBuffer.allocate(SECRET_BYTES + 32).put(secret).put(authority.fingerprint()).array();
        return new Token(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(content), expires);
    }

    /**
     * Uses a token up, and issues the certificate of its member.
     *
     * @throws RefusedIdentityException if there is no such token, it has expired, or another key has used it
     * @throws IllegalArgumentException if the key is none of P-256
     */
    public synchronized Authority.Chain redeem(byte[] secret, byte[] publicKey) throws RefusedIdentityException {
        Entry entry = entries.get(hash(secret));
        if (entry == null) {
            throw new RefusedIdentityException(Reason.TOKEN_UNKNOWN,
                    "there is no such token; make one with `weft member"
                            + " token N` on the controller");
        }
        String user = hash(publicKey);
        if (!entry.usedBy().equals(UNUSED) && !entry.usedBy().equals(user)) {
            throw new RefusedIdentityException(Reason.TOKEN_USED, "the token for member " + entry.member()
                    + " was used before; a token is good for one join: make another with `weft member token "
                    + entry.member() + "`");
        }
        if (entry.expires().isBefore(clock.instant())) {
            throw new RefusedIdentityException(Reason.TOKEN_EXPIRED, "the token for member " + entry.member()
                    + " expired at " + entry.expires() + "; make another with `weft member token " + entry.member()
                    + "`");
        }
        Pem.publicKey(publicKey);
        entries.put(hash(secret), new Entry(entry.member(), entry.expires(), user));
        store();
        return authority.issue(Role.MEMBER, Integer.toString(entry.member()), publicKey, Authority.DEFAULT_VALIDITY);
    }

    /** Voids every token of a member, used or not, so that none of them brings back what was revoked. */
    public synchronized int cancel(int member) {
        int before = entries.size();
        entries.values().removeIf(entry -> entry.member() == member);
        store();
        return before - entries.size();
    }

    private void store() {
        StringBuilder text = new StringBuilder();
        entries.forEach((hash, entry) -> text.append(String.join(" ", hash, Integer.toString(entry.member()),
                entry.expires().toString(), entry.usedBy())).append('\n'));
        PrivateFile.write(file, text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static String hash(byte[] secret) {
        return HexFormat.of().formatHex(CertificateWriter.sha256(secret));
    }
}
