package net.weft.stacking.lag;

import java.util.Map;
import net.weft.lacp.LagConfig;
import net.weft.lacp.LagView;

/**
 * The state of a LAG of the switch at one time.
 *
 * @param view its legs and their states
 * @param buckets how many of the 256 buckets each leg carries now, by LACP port number
 * @param waiting how many buckets wait to move to another leg
 */
public record LagStatus(LagConfig config, LagView view, Map<Integer, Integer> buckets, int waiting) {
    public LagStatus {
        buckets = Map.copyOf(buckets);
    }
}
