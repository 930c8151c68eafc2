package net.weft.zone.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much memory the {@link Rows} of all policies may take together. Hundreds of policies take kilobytes, ten thousand a few megabytes;
 * only thousands that each overlap thousands of others, none within the other, would need more than the budget.
 */
final class RowBudget {
    static final int MAX_BYTES = 32 << 20;

    private final List<Share> shares = new ArrayList<>();
    private long used;

    /**
     * For one field of one list of policies.
     *
     * @param tenant whose policies they are, null for the fabric's
     */
    Share share(String field, @Nullable String tenant, int policies) {
        Share share = new Share(field, tenant, policies);
        shares.add(share);
        return share;
    }

    /** What one field of one list of policies has taken. */
    final class Share {
        private final String field;
        private final @Nullable String tenant;
        private final int policies;
        private long bytes;

        private Share(String field, @Nullable String tenant, int policies) {
            this.field = field;
            this.tenant = tenant;
            this.policies = policies;
        }

        /**
         * Before so many longs are kept.
         *
         * @throws OverlapException that names who has taken most, when they are too many
         */
        void take(int longs) {
            bytes += 8L * longs;
            used += 8L * longs;
            if (used > MAX_BYTES) {
                Share largest = Collections.max(shares, Comparator.comparingLong(share -> share.bytes));
                throw new OverlapException(largest.tenant, largest.policies, largest.field, MAX_BYTES >> 20);
            }
        }
    }
}
