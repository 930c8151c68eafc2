package net.weft.controller.server.raft;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The newest revision as bytes, to which records of the log are applied in order: the state that a log of revisions makes. Applying
 * neither parses nor validates a configuration, and has the same result wherever it is done. One thread.
 */
final class NewestBytes {
    /** Longest revision, in bytes; a file may have 16 MiB, and a revision has the configuration beside it. */
    private static final int MOST_BYTES = 256 << 20;

    private long number;
    private byte[] bytes;
    private @Nullable ByteArrayOutputStream pieces;
    private long transaction;

    NewestBytes(long number, byte[] bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    long number() {
        return number;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Returns whether pieces of a revision wait for their commit. */
    boolean hasPieces() {
        return pieces != null;
    }

    /** Returns the CRC-32C of bytes. */
    static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** What became of a record. */
    enum Result {
        PIECE, COMMITTED,
        /** Another revision is the newest: nothing has changed. */
        STALE,
        /** The record does not fit the newest revision: nothing has changed. */
        UNFIT
    }

    Result apply(LogRecord record) {
        return switch (record) {
            case LogRecord.Piece piece -> add(piece);
            case LogRecord.Commit commit -> {
                ByteBuffer all = whole(commit);
                pieces = null;
                yield commit(commit, all);
            }
        };
    }

    private Result add(LogRecord.Piece piece) {
        if (pieces == null || transaction != piece.transaction()) {
            pieces = new ByteArrayOutputStream();
            transaction = piece.transaction();
        }
        if (pieces.size() + piece.bytes().remaining() <= MOST_BYTES) {
            put(pieces, piece.bytes());
        }
        return Result.PIECE;
    }

    private ByteBuffer whole(LogRecord.Commit commit) {
        if (pieces == null || transaction != commit.transaction()) {
            return commit.bytes().duplicate();
        }
        put(pieces, commit.bytes());
        return ByteBuffer.wrap(pieces.toByteArray());
    }

    private static void put(ByteArrayOutputStream pieces, ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        pieces.writeBytes(copy);
    }

    private Result commit(LogRecord.Commit commit, ByteBuffer content) {
        boolean isStale = switch (commit.terms()) {
            case APPEND -> commit.expectedLast() != number;
            case AMEND -> commit.number() != number;
            case IMPORT -> false;
        };
        if (isStale) {
            return Result.STALE;
        }
        byte[] revision = revision(commit, content);
        if (revision == null || checksum(revision) != commit.checksum()) {
            return Result.UNFIT;
        }
        number = commit.number();
        bytes = revision;
        return Result.COMMITTED;
    }

    private byte @Nullable [] revision(LogRecord.Commit commit, ByteBuffer content) {
        if (commit.length() < 0 || commit.length() > MOST_BYTES) {
            return null;
        }
        if (!commit.isDelta()) {
            byte[] copy = new byte[content.remaining()];
            content.get(copy);
            return copy;
        }
        try {
            return ByteDelta.apply(bytes, content, commit.length());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
