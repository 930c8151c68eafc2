package net.weft.vswitch.stack;

import java.util.Arrays;
import java.util.Collection;

/**
 * At which members the link aggregations over several members have legs in use. All members of a topology compute the same from what each
 * says of its own legs, and {@link #epoch} tells whether two have computed the same. LAGs are known by port number. Immutable.
 * <p>
 * A flooded frame leaves by a LAG at one member only: at that by which it entered the stack if a leg of the LAG is in use there, else at
 * the LAG's designated forwarder. A frame to a station behind a LAG leaves at the first member on its way that has a leg in use.
 */
public final class StackLags {
    /** Of a stack without such LAGs. */
    public static final StackLags NONE = new Builder(0, 0, 0, 0).build();

    private final int self;
    private final int epoch;
    private final int[] links;
    private final int[] forwarder;
    private final boolean[][] inUse;

    private StackLags(Builder from) {
        self = from.self;
        epoch = from.epoch;
        links = from.links;
        forwarder = from.forwarder;
        inUse = from.inUse;
    }

    /** Names what is known here: a flood that was sent under another epoch leaves by no such LAG, so that none leaves by two members. */
    public int epoch() {
        return epoch;
    }

    /** Returns the links that lead to the nearest other members with a leg in use, 0 if there is none. @param number of the LAG's port */
    public int links(int number) {
        return number >= 0 && number < links.length ? links[number] : 0;
    }

    /**
     * Returns whether this member sends a flooded frame by its legs of a LAG.
     *
     * @param number of the LAG's port
     * @param source member by which the frame entered the stack
     */
    public boolean delivers(int number, int source) {
        if (number < 0 || number >= forwarder.length) {
            return false;
        }
        boolean[] members = inUse[number];
        boolean isAtSource = source >= 0 && source < members.length && members[source];
        return self != 0 && (isAtSource ? source : forwarder[number]) == self;
    }

    /** Returns whether a member has a leg of a LAG in use. @param number of the LAG's port */
    public boolean isInUse(int number, int member) {
        return number >= 0 && number < inUse.length && member >= 0 && member < inUse[number].length
                && inUse[number][member];
    }

    /** Builds the table LAG by LAG. */
    public static final class Builder {
        private static final boolean[] NOWHERE = {};

        private final int self;
        private final int epoch;
        private final int members;
        private final int[] links;
        private final int[] forwarder;
        private final boolean[][] inUse;

        /**
         * @param self number of this member, 0 for none
         * @param epoch the same on all members that know the same
         * @param lags exclusive upper bound of the port numbers of LAGs
         * @param members exclusive upper bound of the numbers of members
         */
        public Builder(int self, int epoch, int lags, int members) {
            this.self = self;
            this.epoch = epoch;
            this.members = members;
            links = new int[lags];
            forwarder = new int[lags];
            inUse = new boolean[lags][];
            Arrays.fill(inUse, NOWHERE);
        }

        /**
         * Adds a LAG.
         *
         * @param number of its port
         * @param at the members that have a leg in use
         * @param designated the one of them by which floods leave that entered at a member without such a leg
         * @param towards links of this member that lead to the nearest others of them
         */
        public Builder lag(int number, Collection<Integer> at, int designated, int towards) {
            boolean[] present = new boolean[members];
            at.forEach(member -> present[member] = true);
            inUse[number] = present;
            forwarder[number] = designated;
            links[number] = towards;
            return this;
        }

        public StackLags build() {
            return new StackLags(this);
        }
    }
}
