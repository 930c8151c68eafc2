package net.weft.vswitch.zoning;

import net.weft.zone.PolicyLookup;
import net.weft.zone.Zoning;
import net.weft.zone.fragment.FragmentTable;
import net.weft.zone.policy.PolicyTable;
import net.weft.zone.track.ConnectionTable;
import org.jspecify.annotations.Nullable;

/**
 * What frames between zones are judged by. Immutable, but for the connections.
 *
 * @param zoning as it is wished
 * @param lookup compiled from it
 * @param named those of them that name what is else never judged; null for none
 * @param epoch another whenever connections must be judged again
 * @param connections that were let begin; null where nothing is judged
 * @param fragments of datagrams that are under way; null where nothing is judged
 */
public record Policies(Zoning zoning, PolicyLookup lookup, @Nullable PolicyLookup named, int epoch,
        @Nullable ConnectionTable connections, @Nullable FragmentTable fragments) {
    /** Nothing is judged. */
    public static final Policies OFF = new Policies(Zoning.OFF, PolicyTable.of(Zoning.OFF), null, 0, null, null);

    public boolean isActive() {
        return connections != null;
    }
}
