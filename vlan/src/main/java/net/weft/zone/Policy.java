package net.weft.zone;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may pass, or not, from some zones to others.
 *
 * @param id given once and kept, {@code 0..}{@value #MAX_ID}, unique; the order of policies is that of their list
 * @param tenant the tenant between whose ports it is judged, null for everywhere
 * @param name the user's, unique in its tenant
 * @param from zone numbers, empty for any
 * @param to zone numbers, empty for any
 * @param matches at least one; any of them suffices
 * @param sources prefixes, one of which must hold the source; empty for any
 * @param destinations the same for the destination
 * @param action what is done
 * @param log whether the first packet is told of
 * @param keepEstablished whether connections it has allowed outlive its change
 * @param midstream whether TCP may begin in the middle
 * @param stateless whether it is judged packet by packet, replies by their own policies
 */
public record Policy(int id, @Nullable String tenant, String name, Set<Integer> from, Set<Integer> to,
        List<Match> matches, List<Prefix> sources, List<Prefix> destinations, Action action, boolean log,
        boolean keepEstablished, boolean midstream, boolean stateless) {
    public static final int MAX_ID = 65_535;
}
