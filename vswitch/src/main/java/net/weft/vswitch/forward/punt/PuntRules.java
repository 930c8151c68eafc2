package net.weft.vswitch.forward.punt;

import java.util.List;
import java.util.stream.IntStream;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.port.PuntRule.Match;
import net.weft.vswitch.port.PuntRule;

/**
 * The punt rules of all link protocols, compiled for the packet path. The index of a rule is also the index of its
 * policer on each port and of its queue on each worker. Immutable.
 */
public final class PuntRules {
    /** No rule matches. */
    public static final int NONE = -1;
    /** Frames whose EtherType field is below this have an LLC header (IEEE 802.3-2022, 3.2.6). */
    private static final int LENGTH_LIMIT = 1536;
    /** Destination and source service access point of the bridge spanning tree protocol (IEEE 802.1Q-2022, 14.1.2). */
    private static final int BPDU_SAPS = 0x4242;

    private final List<PuntRule> rules;
    private final Match.Header[] headers;
    private final int[] headerRules;
    private final int groupMessages;
    private final int neighborMessages;

    public PuntRules(List<PuntRule> rules) {
        this.rules = List.copyOf(rules);
        headerRules = indices(Match.Header.class);
        headers = new Match.Header[headerRules.length];
        for (int n = 0; n < headers.length; n++) {
            headers[n] = (Match.Header) this.rules.get(headerRules[n]).match();
        }
        groupMessages = first(Match.GroupMessages.class);
        neighborMessages = first(Match.NeighborMessages.class);
    }

    private int first(Class<? extends Match> kind) {
        int[] all = indices(kind);
        return all.length == 0 ? NONE : all[0];
    }

    private int[] indices(Class<? extends Match> kind) {
        return IntStream.range(0, rules.size()).filter(n -> kind.isInstance(rules.get(n).match()))
                .toArray();
    }

    /** The rules in the order of their indices. */
    public List<PuntRule> rules() {
        return rules;
    }

    /** Index of the rule for multicast group messages, or {@link #NONE}. */
    public int groupMessages() {
        return groupMessages;
    }

    /** Index of the rule for messages of ARP and neighbour discovery, or {@link #NONE}. */
    public int neighborMessages() {
        return neighborMessages;
    }

    /** Returns whether the rule takes the frame away from forwarding. */
    public boolean isTaken(int rule) {
        return rules.get(rule).isTaken();
    }

    /**
     * Returns the index of the first rule that matches the header of a frame to a group address, or {@link #NONE}.
     * @param destination MAC address, first byte lowest
     * @param flags flag word of the ingress port
     * @param takenOnly true if rules that copy are skipped
     */
    public int header(Burst burst, int i, long destination, int flags, boolean takenOnly) {
        for (int n = 0; n < headers.length; n++) {
            Match.Header match = headers[n];
            if (match.destination() == destination && (!takenOnly || isTaken(headerRules[n]))
                    && (match.portFlag() == 0 || (match.portFlag() & flags) != 0)
                    && hasType(burst, i, match.etherType()) && hasPayload(burst, i, match)) {
                return headerRules[n];
            }
        }
        return NONE;
    }

    private static boolean hasType(Burst burst, int i, int wanted) {
        if (wanted == PuntRule.ANY_TYPE) {
            return true;
        }
        return wanted == PuntRule.BPDU_LLC
                ? isBpdu(burst, i)
                : burst.headLength[i] >= burst.typeOffset[i] + 2
                        && Short.toUnsignedInt(Memory.getShortBe(burst.head(i) + burst.typeOffset[i])) == wanted;
    }

    /** Returns whether the frame has the LLC header of spanning tree. */
    public static boolean isBpdu(Burst burst, int i) {
        long type = burst.head(i) + burst.typeOffset[i];
        return burst.headLength[i] >= burst.typeOffset[i] + 4
                && Short.toUnsignedInt(Memory.getShortBe(type)) < LENGTH_LIMIT
                && Short.toUnsignedInt(Memory.getShortBe(type + 2)) == BPDU_SAPS;
    }

    private static boolean hasPayload(Burst burst, int i, Match.Header match) {
        if (match.payloadOffset() == PuntRule.NO_PAYLOAD) {
            return true;
        }
        int at = burst.typeOffset[i] + 2 + match.payloadOffset();
        return burst.headLength[i] >= at + Long.BYTES
                && Long.reverseBytes(Memory.getLong(burst.head(i) + at)) == match.payload();
    }
}
