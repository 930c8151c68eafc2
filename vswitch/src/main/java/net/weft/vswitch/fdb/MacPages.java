package net.weft.vswitch.fdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a {@link MacTable}: buckets of {@value #WAYS} places in pages of {@value #PAGE_BUCKETS}. A bucket has the words of its
 * places side by side, a cache line long, and the times last seen behind them, {@value #SEEN} further on. A page is allocated with its first
 * entry and stays: an empty table takes no memory, and a look-up there ends at once.
 * <p>
 * Any thread.
 */
final class MacPages {
    static final int WAYS = 8;
    static final int BUCKETS = 1 << EntryWord.BUCKET_BITS;
    /** From the word of a place to the time it was last seen. */
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
        /** @param at place in the page; {@code page[at + SEEN]} is the time it was last seen */
        void entry(int bucket, long[] page, int at, long word);
    }

    /** The page of a bucket, null while nothing was in any of them. */
    long @Nullable [] page(int bucket) {
        return (long[]) PAGES.getAcquire(pages, bucket >> PAGE_BITS);
    }

    /** The page of a bucket that something will be put into. */
    long[] makePage(int bucket) {
        long[] page = page(bucket);
        if (page != null) {
            return page;
        }
        long[] made = new long[PAGE_BUCKETS * BUCKET_WORDS];
        long[] other = (long[]) PAGES.compareAndExchange(pages, bucket >> PAGE_BITS, (long[]) null, made);
        return other == null ? made : other;
    }

    /** The first place of a bucket in its page; {@value #WAYS} of them lie side by side. */
    static int first(int bucket) {
        return (bucket & PAGE_BUCKETS - 1) * BUCKET_WORDS;
    }

    /** Shows every entry; those that change meanwhile are seen before or after. */
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

    /** Becomes a copy, entries that change meanwhile as they were before or after. */
    void copyOf(MacPages other) {
        for (int n = 0; n < pages.length; n++) {
            long[] page = other.page(n << PAGE_BITS);
            pages[n] = page == null ? null : page.clone();
        }
    }

    /** Forgets everything; nobody else uses it. */
    void clear() {
        Arrays.fill(pages, null);
    }

    /** Pages that have been allocated. */
    int inUse() {
        return (int) Arrays.stream(pages).filter(page -> page != null).count();
    }
}
