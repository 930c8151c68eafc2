package net.weft.vswitch.fdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a {@link MacTable}: buckets of {@value #WAYS} places in pages of {@value #PAGE_BUCKETS}. A bucket has
 * the words of its places side by side in one cache line, and behind them, at a distance of {@value #SEEN}, the times
 * at which they were last seen. A page is allocated with its first entry and never freed: an empty table takes no
 * memory.
 * <p>
 * Any thread.
 */
final class MacPages {
    static final int WAYS = 8;
    static final int BUCKETS = 1 << EntryWord.BUCKET_BITS;
    /** Distance from the word of a place to its last-seen time. */
    static final int SEEN = WAYS;
    /** Accesses the words of a page. */
    static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int BUCKET_WORDS = 2 * WAYS;
    private static final int PAGE_BITS = 7;
    private static final int PAGE_BUCKETS = 1 << PAGE_BITS;
    private static final VarHandle PAGES = MethodHandles.arrayElementVarHandle(long[][].class);

    private final long[] @Nullable [] pages = new long[BUCKETS >> PAGE_BITS][];

    /** Receives one entry. */
    @FunctionalInterface
    interface Visitor {
        /** @param at index of the word in the page; {@code page[at + SEEN]} is its last-seen time */
        void entry(int bucket, long[] page, int at, long word);
    }

    /** Returns the page of a bucket, null if it was never allocated. */
    long @Nullable [] page(int bucket) {
        return (long[]) PAGES.getAcquire(pages, bucket >> PAGE_BITS);
    }

    /** Returns the page of a bucket, and allocates it if necessary. */
    long[] makePage(int bucket) {
        long[] page = page(bucket);
        if (page != null) {
            return page;
        }
        long[] made = new long[PAGE_BUCKETS * BUCKET_WORDS];
        long[] other = (long[]) PAGES.compareAndExchange(pages, bucket >> PAGE_BITS, (long[]) null, made);
        return other == null ? made : other;
    }

    /** Returns the index of the first place of a bucket in its page; its {@value #WAYS} places are adjacent. */
    static int first(int bucket) {
        return (bucket & PAGE_BUCKETS - 1) * BUCKET_WORDS;
    }

    /** Visits every entry. Entries that change concurrently are visited in their old or new state. */
    void visit(Visitor visitor) {
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            long[] page = page(bucket);
            for (int at = first(bucket), end = at + WAYS; page != null && at < end; at++) {
                long word = (long) WORDS.getOpaque(page, at);
                if (word != EntryWord.EMPTY) {
                    visitor.entry(bucket, page, at, word);
                }
            }
        }
    }

    /** Copies all pages of another table. Entries that change concurrently are copied in their old or new state. */
    void copyOf(MacPages other) {
        for (int n = 0; n < pages.length; n++) {
            long[] page = other.page(n << PAGE_BITS);
            pages[n] = page == null ? null : page.clone();
        }
    }

    /** Removes all pages. No other thread may use the object. */
    void clear() {
        Arrays.fill(pages, null);
    }

    /** Number of allocated pages. */
    int inUse() {
        return (int) Arrays.stream(pages).filter(page -> page != null).count();
    }
}
