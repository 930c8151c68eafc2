package net.weft.vswitch.forward;

/**
 * A frame that a worker has handed to the control thread.
 *
 * @param port number it came in by
 * @param vid its VLAN
 * @param frame whole, without the tag of that VLAN
 */
public record PuntedFrame(Kind kind, int port, int vid, byte[] frame) {
    /** Why it was handed over. */
    public enum Kind {
        /** Spanning tree, on a port that guards against it; the frame itself was dropped. */
        BPDU("bpdu-guard", "the BPDU guard is told, and shuts the port until none has come for 30 s"),
        /** What may be a loop probe of this switch. */
        LOOP_PROBE("loop-detection",
                "a loop probe of this switch itself came back: of the two ports it left and came in by, "
                        + "the one with the higher number is shut; unplug one of them"),
        /** IGMP, MLD, PIM or router discovery; the frame itself goes on too. */
        GROUP_MESSAGE("multicast-snooping",
                "multicast snooping is told who asks, and who wants which group; `weft show multicast` has what it knows");

        private static final Kind[] VALUES = values();

        private final String consumer;
        private final String meaning;

        Kind(String consumer, String meaning) {
            this.consumer = consumer;
            this.meaning = meaning;
        }

        /** Which part of the switch takes it: the word users see. */
        public String consumer() {
            return consumer;
        }

        /** What that does with it, a sentence without full stop. */
        public String meaning() {
            return meaning;
        }

        static Kind of(int ordinal) {
            return VALUES[ordinal];
        }
    }
}
