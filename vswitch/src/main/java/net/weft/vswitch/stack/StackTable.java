package net.weft.vswitch.stack;

import java.util.Arrays;

/**
 * The part of a snapshot that concerns the stack: which legs are stack links, and at which member each port is. Immutable;
 * {@link StackLinks} holds what changes without a snapshot.
 */
public final class StackTable {
    /** Of a switch that is in no stack. */
    public static final StackTable NONE = new Builder(0, 0, 0, new StackLinks()).build();
    private static final int NO_SLOT = -1;

    private final int self;
    private final StackLinks links;
    private final int[] slotOfLeg;
    private final int[] legOfSlot;
    private final int[] portOfSlot;
    private final LinkProtection[] protection;
    private final int[] memberOfPort;
    private final int[] numberOfPort;
    private final boolean[] isSpread;
    /** Open addressing: index of a port plus one, 0 for a free place. */
    private final int[] places;

    private StackTable(Builder from) {
        self = from.self;
        links = from.links;
        slotOfLeg = from.slotOfLeg;
        legOfSlot = from.legOfSlot;
        portOfSlot = from.portOfSlot;
        protection = from.protection;
        memberOfPort = from.memberOfPort;
        numberOfPort = from.numberOfPort;
        isSpread = from.isSpread;
        places = new int[Integer.highestOneBit(Math.max(1, 2 * numberOfPort.length)) * 2];
        for (int port = 0; port < numberOfPort.length; port++) {
            if (numberOfPort[port] >= 0) {
                int place = place(numberOfPort[port]);
                while (places[place] != 0) {
                    place = place + 1 & places.length - 1;
                }
                places[place] = port + 1;
            }
        }
    }

    private int place(int number) {
        return number * 0x9E37_79B9 >>> 7 & places.length - 1;
    }

    /** Returns whether this switch is a member of a stack. */
    public boolean isActive() {
        return self != 0;
    }

    /** Number of this member, 0 for none. */
    public int self() {
        return self;
    }

    /** Ways and keys as they are now. */
    public StackLinks links() {
        return links;
    }

    /** Returns the slot of a leg that is a stack link, negative for any other leg. */
    public int slot(int leg) {
        return leg >= 0 && leg < slotOfLeg.length ? slotOfLeg[leg] : NO_SLOT;
    }

    /** Returns the number of the leg of a stack link, negative if the slot is free. */
    public int leg(int slot) {
        return legOfSlot[slot];
    }

    /** Returns the index of the port of a stack link, negative if the slot is free. */
    public int port(int slot) {
        return portOfSlot[slot];
    }

    LinkProtection protection(int slot) {
        return protection[slot];
    }

    /** Returns whether a port is a link aggregation that may have legs at several members; it is at none of them alone. */
    public boolean isSpread(int port) {
        return port >= 0 && port < isSpread.length && isSpread[port];
    }

    /** Returns whether a port is at another member. */
    public boolean isRemote(int port) {
        return port < memberOfPort.length && memberOfPort[port] != 0;
    }

    /** Returns the number of the member at which a port is. */
    public int member(int port) {
        return isRemote(port) ? memberOfPort[port] : self;
    }

    /** Returns the number of a port by which all members know it. */
    public int number(int port) {
        return numberOfPort[port];
    }

    /** Returns the index of the port with a number, -1 if there is none. */
    public int index(int number) {
        for (int place = place(number); places[place] != 0; place = place + 1 & places.length - 1) {
            if (numberOfPort[places[place] - 1] == number) {
                return places[place] - 1;
            }
        }
        return -1;
    }

    /**
     * Returns whether this member evaluates the policies on frames between two ports. Of two members that is the one of the port with the
     * lower number, for both directions, so that one of them knows each connection. A link aggregation over several members is at all of
     * them, so that the other port decides; between two of these it is the member by which the frame entered the stack.
     *
     * @param entersHere whether the frame entered the stack at this member
     */
    public boolean isHome(int ingress, int egress, boolean entersHere) {
        if (self == 0) {
            return true;
        }
        if (isSpread(ingress) || isSpread(egress)) {
            return isSpread(ingress) && isSpread(egress)
                    ? entersHere
                    : !isRemote(isSpread(ingress) ? egress : ingress);
        }
        return !isRemote(numberOfPort[ingress] <= numberOfPort[egress] ? ingress : egress);
    }

    /** Builds a table port by port. */
    public static final class Builder {
        private final int self;
        private final StackLinks links;
        private final int[] slotOfLeg;
        private final int[] legOfSlot = new int[StackRoutes.MAX_LINKS];
        private final int[] portOfSlot = new int[StackRoutes.MAX_LINKS];
        private final LinkProtection[] protection = new LinkProtection[StackRoutes.MAX_LINKS];
        private final int[] memberOfPort;
        private final int[] numberOfPort;
        private final boolean[] isSpread;

        /**
         * @param ports exclusive upper bound of port indices
         * @param legs exclusive upper bound of leg numbers
         */
        public Builder(int self, int ports, int legs, StackLinks links) {
            this.self = self;
            this.links = links;
            slotOfLeg = new int[legs];
            memberOfPort = new int[ports];
            numberOfPort = new int[ports];
            isSpread = new boolean[ports];
            Arrays.fill(slotOfLeg, NO_SLOT);
            Arrays.fill(legOfSlot, -1);
            Arrays.fill(portOfSlot, -1);
            Arrays.fill(protection, LinkProtection.NONE);
            Arrays.fill(numberOfPort, -1);
        }

        /** Adds a stack link. */
        public Builder link(int slot, int port, int leg, LinkProtection wanted) {
            slotOfLeg[leg] = slot;
            legOfSlot[slot] = leg;
            portOfSlot[slot] = port;
            protection[slot] = wanted;
            return this;
        }

        /** Adds a port. @param member number of the member at which it is, 0 for this one */
        public Builder port(int port, int number, int member) {
            numberOfPort[port] = number;
            memberOfPort[port] = member;
            return this;
        }

        /** Says that a port is a link aggregation that may have legs at several members. */
        public Builder spread(int port) {
            isSpread[port] = true;
            memberOfPort[port] = 0;
            return this;
        }

        public StackTable build() {
            return new StackTable(this);
        }
    }
}
