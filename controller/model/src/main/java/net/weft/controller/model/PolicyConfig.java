package net.weft.controller.model;

import java.util.List;

import net.weft.zone.Action;
import net.weft.zone.Match;
import net.weft.zone.Prefix;

/**
 * What may pass, or not, from some zones to others. Its place in the list it stands in is its rank.
 *
 * @param name of the fabric, or of a tenant between whose ports it is judged
 * @param from names of zones as its scope sees them, none twice; empty: any
 * @param to the same
 * @param matches at least one
 * @param sources prefixes; empty: any
 * @param destinations prefixes; empty: any
 * @param log whether the first packet is told of
 * @param keepEstablished whether connections it has allowed outlive its change
 * @param midstream whether TCP may begin in the middle
 * @param stateless whether each packet is judged for itself, replies too
 */
public record PolicyConfig(ScopedName name, List<String> from, List<String> to, List<Match> matches,
        List<Prefix> sources, List<Prefix> destinations, Action action, boolean log, boolean keepEstablished,
        boolean midstream, boolean stateless) {
    public PolicyConfig {
        from = List.copyOf(from);
        to = List.copyOf(to);
        matches = List.copyOf(matches);
        sources = List.copyOf(sources);
        destinations = List.copyOf(destinations);
    }
}
