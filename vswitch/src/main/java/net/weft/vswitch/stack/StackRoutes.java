package net.weft.vswitch.stack;

import java.util.Arrays;

/**
 * The ways through a stack as one member takes them: computed by the stack protocol from the topology that all members agree on,
 * read by workers. Links are slots 0-31 of this member; a set of links is a word with a bit a slot. Immutable.
 */
public final class StackRoutes {
    /** Links of one member at most. */
    public static final int MAX_LINKS = 32;
    /** The slot that stands for none. */
    public static final int NO_LINK = -1;
    /** Of a member that is alone. */
    public static final StackRoutes NONE = new Builder(0, 0, 0).build();

    private final int self;
    private final long digest;
    private final int[] parent;
    private final int[] children;
    private final int[] nextHops;
    private final int[] distance;
    private final StackLags lags;

    private StackRoutes(Builder from) {
        self = from.self;
        digest = from.digest;
        parent = from.parent;
        children = from.children;
        nextHops = from.nextHops;
        distance = from.distance;
        lags = from.lags;
    }

    /** Where the legs of link aggregations over several members are. */
    public StackLags lags() {
        return lags;
    }

    /** Number of this member, 0 for none. */
    public int self() {
        return self;
    }

    /** Names the topology: members that compute the same digest compute the same trees. */
    public long digest() {
        return digest;
    }

    /**
     * Returns whether a flooded frame is accepted: it was sent under this topology, and it came by the link that leads towards
     * its source member in that member's tree. So each member accepts one copy, whatever the links do.
     *
     * @param slot link by which the frame came
     * @param source member at which the frame entered the stack
     * @param frameDigest digest that the frame carries
     */
    public boolean acceptsFlood(int slot, int source, long frameDigest) {
        return frameDigest == digest && source < parent.length && source >= 0 && parent[source] == slot
                && source != self;
    }

    /** Returns the links by which a frame that entered the stack at a member is flooded on. */
    public int children(int source) {
        return source >= 0 && source < children.length ? children[source] : 0;
    }

    /** Returns the links that lead to a member by a shortest way, 0 if it is out of reach or this member. */
    public int nextHops(int member) {
        return member >= 0 && member < nextHops.length ? nextHops[member] : 0;
    }

    /** Returns the link towards a source member in its tree, {@link #NO_LINK} if there is none. */
    public int parent(int source) {
        return source >= 0 && source < parent.length ? parent[source] : NO_LINK;
    }

    /** Returns the number of links on the way to a member, 0 for this member, -1 if it is out of reach. */
    public int distance(int member) {
        return member >= 0 && member < distance.length ? distance[member] : -1;
    }

    /** Returns whether a member is part of the stack now. */
    public boolean isPresent(int member) {
        return distance(member) >= 0;
    }

    /**
     * Returns one link of a set.
     *
     * @param links a set, not 0
     * @param hash frames of one flow have one hash and take one link
     */
    public static int pick(int links, int hash) {
        int count = Integer.bitCount(links);
        int rest = links;
        for (int skip = count == 1 ? 0 : (int) ((hash & 0xFFFF_FFFFL) * count >>> 32); skip > 0; skip--) {
            rest &= rest - 1;
        }
        return Integer.numberOfTrailingZeros(rest);
    }

    /** Builds routes member by member. */
    public static final class Builder {
        private final int self;
        private final long digest;
        private final int[] parent;
        private final int[] children;
        private final int[] nextHops;
        private final int[] distance;
        private StackLags lags = StackLags.NONE;

        /** @param members exclusive upper bound of the numbers of members */
        public Builder(int self, long digest, int members) {
            this.self = self;
            this.digest = digest;
            parent = new int[members];
            Arrays.fill(parent, NO_LINK);
            children = new int[members];
            nextHops = new int[members];
            distance = new int[members];
            Arrays.fill(distance, -1);
        }

        /**
         * Adds a member, possibly this one.
         *
         * @param links number of links on the way there
         * @param towards links that lead to it
         * @param parentLink link by which its floods come, {@link #NO_LINK} for this member itself
         * @param childLinks links by which its floods are sent on
         */
        public Builder member(int member, int links, int towards, int parentLink, int childLinks) {
            distance[member] = links;
            nextHops[member] = towards;
            parent[member] = parentLink;
            children[member] = childLinks;
            return this;
        }

        /** Adds the link aggregations over several members. */
        public Builder lags(StackLags now) {
            lags = now;
            return this;
        }

        public StackRoutes build() {
            return new StackRoutes(this);
        }
    }
}
