package net.weft.zone.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory budget of the {@link Rows} of all policies. Hundreds of policies take kilobytes, ten thousand a few
 * megabytes; only thousands of policies that each overlap thousands of others without containing them exceed it.
 */
final class RowBudget {
    static final int MAX_BYTES = 32 << 20;

    private final List<Share> shares = new ArrayList<>();
    private long used;

    /**
     * Returns a share for one field of one list of policies.
     *
     * @param tenant tenant that owns the policies, null for the fabric's
     */
    Share share(String field, @Nullable String tenant, int policies) {
        Share share = new Share(field, tenant, policies);
        shares.add(share);
        return share;
    }

    /** The memory used by one field of one list of policies. */
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
         * Reserves memory.
         *
         * @throws OverlapException naming the largest user, when the budget is exceeded
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
