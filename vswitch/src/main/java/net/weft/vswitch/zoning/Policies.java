package net.weft.vswitch.zoning;

import net.weft.zone.PolicyLookup;
import net.weft.zone.Zoning;
import net.weft.zone.fragment.FragmentTable;
import net.weft.zone.policy.PolicyTable;
import net.weft.zone.track.ConnectionTable;
import org.jspecify.annotations.Nullable;

/**
 * The compiled zoning by which frames between zones are evaluated. Immutable, except for connections and fragments.
 *
 * @param zoning the configuration
 * @param lookup compiled from it
 * @param named the policies that name a protocol which is otherwise exempt; null for none
 * @param epoch changes whenever connections must be evaluated again
 * @param connections the tracked connections; null without zones
 * @param fragments the fragmented datagrams in transit; null without zones
 */
public record Policies(Zoning zoning, PolicyLookup lookup, @Nullable PolicyLookup named, int epoch,
        @Nullable ConnectionTable connections, @Nullable FragmentTable fragments) {
    /** No zones: no frame is evaluated. */
    public static final Policies OFF = new Policies(Zoning.OFF, PolicyTable.of(Zoning.OFF), null, 0, null, null);

    public boolean isActive() {
        return connections != null;
    }
}
