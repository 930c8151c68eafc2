package net.weft.vswitch;

/**
 * A frame that a worker has handed to the control thread.
 *
 * @param port number it came in by
 * @param vid its VLAN
 * @param frame whole, without the tag of that VLAN
 */
record PuntedFrame(Kind kind, int port, int vid, byte[] frame) {
    /** Why it was handed over. */
    enum Kind {
        /** Spanning tree, on a port that guards against it; the frame itself was dropped. */
        BPDU,
        /** What may be a loop probe of this switch. */
        LOOP_PROBE;

        private static final Kind[] VALUES = values();

        static Kind of(int ordinal) {
            return VALUES[ordinal];
        }
    }
}
