package net.weft.stacking;

/** A cable; each direction works or loses everything, and the devices may tell that it is cut. */
final class Cable {
    /** One end of a cable. */
    record End(int member, int link) {
    }

    End a;
    End b;
    boolean toA = true;
    boolean toB = true;
    boolean carrier = true;

    Cable(End a, End b) {
        this.a = a;
        this.b = b;
    }

    boolean works() {
        return toA && toB && carrier;
    }
}
