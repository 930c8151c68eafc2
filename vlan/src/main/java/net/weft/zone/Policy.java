package net.weft.zone;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A rule for traffic between zones.
 *
 * @param id assigned once and kept, {@code 0..}{@value #MAX_ID}, unique; the order of policies is that of their list
 * @param tenant the tenant in whose VLANs it applies, null for all VLANs
 * @param name the user's name for it, unique within its tenant
 * @param from source zone numbers, empty for any
 * @param to destination zone numbers, empty for any
 * @param matches at least one; one of them must match
 * @param sources prefixes, one of which must contain the source; empty for any
 * @param destinations prefixes, one of which must contain the destination; empty for any
 * @param action the action for matching packets
 * @param log whether the first packet of each connection is logged
 * @param keepEstablished whether allowed connections survive a change of the policy
 * @param midstream whether mid-stream pickup of TCP is allowed
 * @param stateless whether it evaluates packet by packet; replies then need policies of their own
 * @param multicastReplies whether hosts may answer the UDP multicast that it allows, each to its sender
 */
public record Policy(int id, @Nullable String tenant, String name, Set<Integer> from, Set<Integer> to,
        List<Match> matches, List<Prefix> sources, List<Prefix> destinations, Action action, boolean log,
        boolean keepEstablished, boolean midstream, boolean stateless, boolean multicastReplies) {
    public static final int MAX_ID = 65_535;

    /** Creates a policy by which multicast is not answered. */
    public Policy(int id, @Nullable String tenant, String name, Set<Integer> from, Set<Integer> to,
            List<Match> matches, List<Prefix> sources, List<Prefix> destinations, Action action, boolean log,
            boolean keepEstablished, boolean midstream, boolean stateless) {
        this(id, tenant, name, from, to, matches, sources, destinations, action, log, keepEstablished, midstream,
                stateless, false);
    }
}
