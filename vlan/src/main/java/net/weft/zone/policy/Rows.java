package net.weft.zone.policy;

import java.math.BigInteger;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The policies that accept each value of one field. Values between two neighbouring boundaries are equivalent; each
 * such class has a <em>row</em>, a set of policies as bits in list order. Policies that accept any value are stored
 * once, in the base row, so a row contains only those that name its values; only its non-zero words are stored, behind
 * a summary of which those are. Equal rows are shared.
 * <p>
 * A row is an offset into one array of longs: for every 64 words two longs, the summary and the distance from the row
 * to its first word; then the words.
 */
final class Rows {
    /** The row of values that no policy names. */
    static final int EMPTY = 0;

    private final int summaries;
    private final long[] base;
    private final long[] rows;

    private Rows(int summaries, long[] base, long[] rows) {
        this.summaries = summaries;
        this.base = base;
        this.rows = rows;
    }

    /** Returns which of the 64 words from {@code 64 * summary} on are non-zero for the row. */
    long summary(int row, int summary) {
        return base[summary] | rows[row + 2 * summary];
    }

    /** Returns the policies of word {@code 64 * summary + bit} that accept the row's values. */
    long word(int row, int summary, int bit) {
        long named = rows[row + 2 * summary];
        long word = base[summaries + 64 * summary + bit];
        if ((named >>> bit & 1) != 0) {
            word |= rows[row + (int) rows[row + 2 * summary + 1] + Long.bitCount(named & (1L << bit) - 1)];
        }
        return word;
    }

    /** Returns the number of summaries for this many policies. */
    static int summaries(int policies) {
        return (policies + 4095) / 4096;
    }

    /** The start of a class of values, and its row. */
    record Boundary(BigInteger start, int row) {
    }

    /** The rows of a field, and the classes of its values, ascending; below the first the row is {@link #EMPTY}. */
    record Compiled(Rows rows, List<Boundary> boundaries) {
    }

    /**
     * Compiles the rows of a field.
     *
     * @param values the values that each policy accepts, null for any
     * @param share share of the memory budget
     * @throws OverlapException when the budget is exceeded
     */
    static Compiled compile(List<@Nullable Ranges> values, RowBudget.Share share) {
        return new Sweep(values, share).compile();
    }

    /** Sweeps all values in ascending order, and keeps the set of policies that accept the current one. */
    private static final class Sweep {
        private final int summaries;
        private final long[] base;
        private final long[] active;
        /** The bitmap of non-zero words of {@link #active}. */
        private final long[] activeWords;
        private final TreeMap<BigInteger, List<Integer>> boundaryPolicies = new TreeMap<>();
        /** The rows in order of discovery, with their offsets. */
        private final SequencedMap<LongBuffer, Integer> offsets = new LinkedHashMap<>();
        private final RowBudget.Share share;
        private int used;

        Sweep(List<@Nullable Ranges> values, RowBudget.Share share) {
            this.share = share;
            summaries = summaries(values.size());
            base = new long[summaries * 65];
            active = new long[summaries * 64];
            activeWords = new long[summaries];
            for (int policy = 0; policy < values.size(); policy++) {
                Ranges ranges = values.get(policy);
                if (ranges == null) {
                    base[summaries + policy / 64] |= 1L << policy;
                    base[policy / 4096] |= 1L << policy / 64;
                    continue;
                }
                for (Ranges.Range range : ranges.list()) {
                    boundary(range.low(), policy);
                    boundary(range.high().add(BigInteger.ONE), policy);
                }
            }
        }

        private void boundary(BigInteger value, int policy) {
            boundaryPolicies.computeIfAbsent(value, _ -> new ArrayList<>()).add(policy);
        }

        Compiled compile() {
            row();
            List<Boundary> boundaries = new ArrayList<>();
            int before = EMPTY;
            for (Map.Entry<BigInteger, List<Integer>> boundary : boundaryPolicies.entrySet()) {
                boundary.getValue().forEach(this::toggle);
                int row = row();
                if (row != before) {
                    boundaries.add(new Boundary(boundary.getKey(), row));
                    before = row;
                }
            }
            LongBuffer rows = LongBuffer.allocate(used);
            offsets.keySet().forEach(row -> rows.put(row.duplicate()));
            return new Compiled(new Rows(summaries, base, rows.array()), boundaries);
        }

        private void toggle(int policy) {
            int word = policy / 64;
            active[word] ^= 1L << policy;
            long bit = 1L << word;
            activeWords[word / 64] = active[word] != 0 ? activeWords[word / 64] | bit : activeWords[word / 64] & ~bit;
        }

        /** Returns the offset of the row of the current set. */
        private int row() {
            int at = 2 * summaries;
            for (long words : activeWords) {
                at += Long.bitCount(words);
            }
            long[] row = new long[at];
            at = 2 * summaries;
            for (int summary = 0; summary < summaries; summary++) {
                row[2 * summary] = activeWords[summary];
                row[2 * summary + 1] = at;
                for (long words = activeWords[summary]; words != 0; words &= words - 1) {
                    row[at++] = active[64 * summary + Long.numberOfTrailingZeros(words)];
                }
            }
            return offsets.computeIfAbsent(LongBuffer.wrap(row), _ -> place(row));
        }

        private int place(long[] row) {
            share.take(row.length);
            used += row.length;
            return used - row.length;
        }
    }
}
