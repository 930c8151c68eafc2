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
 * For one field, which policies take each of its values. Values between two neighbouring boundaries are alike; each such class has
 * a <em>row</em>, a set of policies as bits in list order. What takes any value stands once, in the base row, so that a row says only
 * who names its values; of a row only words that are not 0 are kept, behind a summary of which those are. Equal rows are one.
 * <p>
 * A row is its place in one array of longs: for every 64 words two longs, the summary and how far from the row's place its first
 * word lies; then the words.
 */
final class Rows {
    /** The row of values nobody names. */
    static final int EMPTY = 0;

    private final int summaries;
    private final long[] base;
    private final long[] rows;

    private Rows(int summaries, long[] base, long[] rows) {
        this.summaries = summaries;
        this.base = base;
        this.rows = rows;
    }

    /** Which of the 64 words from {@code 64 * summary} on are not 0 for the row. */
    long summary(int row, int summary) {
        return base[summary] | rows[row + 2 * summary];
    }

    /** The policies of word {@code 64 * summary + bit} that take the row's values. */
    long word(int row, int summary, int bit) {
        long named = rows[row + 2 * summary];
        long word = base[summaries + 64 * summary + bit];
        if ((named >>> bit & 1) != 0) {
            word |= rows[row + (int) rows[row + 2 * summary + 1] + Long.bitCount(named & (1L << bit) - 1)];
        }
        return word;
    }

    /** Summaries for so many policies. */
    static int summaries(int policies) {
        return (policies + 4095) / 4096;
    }

    /** Where a class of values starts, and its row. */
    record Boundary(BigInteger start, int row) {
    }

    /** The rows of a field, and the classes that its values fall into, ascending; below the first the row is {@link #EMPTY}. */
    record Compiled(Rows rows, List<Boundary> boundaries) {
    }

    /**
     * @param values what each policy takes, null for anything
     * @param share of the memory that rows may take
     * @throws OverlapException when there is not enough of it
     */
    static Compiled compile(List<@Nullable Ranges> values, RowBudget.Share share) {
        return new Sweep(values, share).compile();
    }

    /** Goes over all values in ascending order, holding the set of policies that take the present one. */
    private static final class Sweep {
        private final int summaries;
        private final long[] base;
        private final long[] active;
        /** Which words of {@link #active} are not 0. */
        private final long[] activeWords;
        private final TreeMap<BigInteger, List<Integer>> turns = new TreeMap<>();
        /** Rows in the order they were found, with their places. */
        private final SequencedMap<LongBuffer, Integer> known = new LinkedHashMap<>();
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
                    turn(range.low(), policy);
                    turn(range.high().add(BigInteger.ONE), policy);
                }
            }
        }

        private void turn(BigInteger value, int policy) {
            turns.computeIfAbsent(value, _ -> new ArrayList<>()).add(policy);
        }

        Compiled compile() {
            row();
            List<Boundary> boundaries = new ArrayList<>();
            int before = EMPTY;
            for (Map.Entry<BigInteger, List<Integer>> turn : turns.entrySet()) {
                turn.getValue().forEach(this::toggle);
                int row = row();
                if (row != before) {
                    boundaries.add(new Boundary(turn.getKey(), row));
                    before = row;
                }
            }
            LongBuffer rows = LongBuffer.allocate(used);
            known.keySet().forEach(row -> rows.put(row.duplicate()));
            return new Compiled(new Rows(summaries, base, rows.array()), boundaries);
        }

        private void toggle(int policy) {
            int word = policy / 64;
            active[word] ^= 1L << policy;
            long bit = 1L << word;
            activeWords[word / 64] = active[word] != 0 ? activeWords[word / 64] | bit : activeWords[word / 64] & ~bit;
        }

        /** The place of a row for the present set. */
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
            return known.computeIfAbsent(LongBuffer.wrap(row), _ -> place(row));
        }

        private int place(long[] row) {
            share.take(row.length);
            used += row.length;
            return used - row.length;
        }
    }
}
