package net.weft.stacking;

import net.weft.stacking.link.LinkTimes;

/**
 * What a member of a stack is configured with.
 *
 * @param member number of this member, 1-65534
 * @param priority 0-65535; the greater wins elections among members of which none is in office
 * @param times times of its links
 */
public record StackSettings(int member, int priority, LinkTimes times) {
    /** @throws IllegalArgumentException for numbers out of range */
    public StackSettings {
        if (member < 1 || member > 65_534 || priority < 0 || priority > 65_535) {
            throw new IllegalArgumentException("stack member " + member + " of priority " + priority
                    + ": expected a member of 1-65534 and a priority of 0-65535");
        }
    }
}
