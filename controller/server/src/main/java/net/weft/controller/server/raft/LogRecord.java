package net.weft.controller.server.raft;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What one entry of the log says about revisions. A revision that is too long for one entry is preceded by pieces of it. Integers are
 * big-endian.
 */
sealed interface LogRecord {
    /** Most bytes of a revision in one entry; the limit of Ratis for a whole entry is {@link RaftGroup#ENTRY_LIMIT}. */
    int MOST_BYTES = RaftGroup.ENTRY_LIMIT - 4096;

    /**
     * The next piece of a revision, whose last piece comes with the commit.
     *
     * @param transaction a number that all pieces of one revision have
     */
    record Piece(long transaction, ByteBuffer bytes) implements LogRecord {
    }

    /**
     * A revision becomes the newest.
     *
     * @param terms what must be so before
     * @param expectedLast number of the newest revision before
     * @param number number of the revision
     * @param length length of the encoded revision, in bytes
     * @param checksum its CRC-32C
     * @param isDelta whether the bytes are a {@link ByteDelta} to the newest revision before, or the revision itself
     * @param bytes the last or only piece
     */
    record Commit(long transaction, Terms terms, long expectedLast, long number, int length, int checksum,
            boolean isDelta, ByteBuffer bytes) implements LogRecord {
    }

    /** What must be so for a commit. */
    enum Terms {
        /** The revision follows the newest one, which has the expected number. */
        APPEND,
        /** The newest revision has the same number. */
        AMEND,
        /** Nothing: the revision comes from files or from a backup. */
        IMPORT
    }

    private static ByteBuffer head(boolean isCommit, long transaction, int bytes) {
        return ByteBuffer.allocate(Byte.BYTES + Long.BYTES + bytes).put((byte) (isCommit ? 1 : 0))
                .putLong(transaction);
    }

    /**
     * Encodes a revision.
     *
     * @param base the newest revision; empty if there is none
     * @return entries, of which the last is the commit
     */
    static List<byte[]> encode(long transaction, Terms terms, long expectedLast, long number, byte[] base,
            byte[] revision) {
        byte[] delta = ByteDelta.encode(base, revision);
        boolean isDelta = delta.length < revision.length;
        ByteBuffer bytes = ByteBuffer.wrap(isDelta ? delta : revision);
        List<byte[]> entries = new ArrayList<>();
        while (bytes.remaining() > MOST_BYTES) {
            entries.add(head(false, transaction, MOST_BYTES).put(bytes.slice(bytes.position(), MOST_BYTES)).array());
            bytes.position(bytes.position() + MOST_BYTES);
        }
        entries.add(head(true, transaction, 2 + 2 * Long.BYTES + 2 * Integer.BYTES + bytes.remaining())
                .put((byte) terms.ordinal()).put((byte) (isDelta ? 1 : 0)).putLong(expectedLast).putLong(number)
                .putInt(revision.length).putInt(NewestBytes.checksum(revision)).put(bytes).array());
        return entries;
    }

    /** @throws IllegalArgumentException if the bytes are none that {@link #encode} returned */
    static LogRecord decode(ByteBuffer entry) {
        try {
            boolean isCommit = entry.get() == 1;
            long transaction = entry.getLong();
            if (!isCommit) {
                return new Piece(transaction, entry.slice());
            }
            Terms terms = Terms.values()[entry.get()];
            boolean isDelta = entry.get() == 1;
            return new Commit(transaction, terms, entry.getLong(), entry.getLong(), entry.getInt(), entry.getInt(),
                    isDelta, entry.slice());
        } catch (BufferUnderflowException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("an entry of the log does not read", e);
        }
    }
}
