package net.weft.lacp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one LAG at one time.
 *
 * @param up whether a leg distributes
 * @param partnerSystem the system that the selected legs lead to; null when none is known
 */
public record LagView(String name, int key, boolean up, @Nullable SystemId partnerSystem, List<LegView> legs) {
    public LagView {
        legs = List.copyOf(legs);
    }
}
