package net.weft.controller.model;

import java.util.List;
import net.weft.zone.Action;
import net.weft.zone.Match;
import net.weft.zone.Prefix;

/**
 * A security policy between zones. Policies are evaluated in the order of their list; the first match decides.
 *
 * @param name name in the scope of the fabric, or of a tenant to whose ports the policy is limited
 * @param from names of source zones, resolved in the policy's scope, none twice; empty: any
 * @param to names of destination zones, in the same form
 * @param matches at least one
 * @param sources prefixes; empty: any
 * @param destinations prefixes; empty: any
 * @param log whether the first packet of a connection is logged
 * @param keepEstablished whether connections that the policy allowed survive a change of it
 * @param midstream whether TCP connections may be picked up mid-stream
 * @param stateless whether each packet is evaluated by itself, replies included
 * @param multicastReplies whether hosts may answer the UDP multicast that it allows
 */
public record PolicyConfig(ScopedName name, List<String> from, List<String> to, List<Match> matches,
        List<Prefix> sources, List<Prefix> destinations, Action action, boolean log, boolean keepEstablished,
        boolean midstream, boolean stateless, boolean multicastReplies) {
    public PolicyConfig {
        from = List.copyOf(from);
        to = List.copyOf(to);
        matches = List.copyOf(matches);
        sources = List.copyOf(sources);
        destinations = List.copyOf(destinations);
    }
}
