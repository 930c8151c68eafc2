package net.weft.lldp;

/** Why a frame that came in as LLDP was dropped. */
public enum LldpFault {
    NOT_LLDP("The destination address, the EtherType or the source address is not that of LLDP."), TRUNCATED(
            "A TLV is longer than the frame."), MISSING_MANDATORY(
                    "The frame does not begin with chassis ID, port ID and time to live, in this order."), BAD_MANDATORY(
                            "The chassis ID, port ID or time to live has a length that the standard does not allow."), REPEATED_MANDATORY(
                                    "The chassis ID, port ID or time to live occurs twice."), TOO_MANY(
                                            "The port received more than ten LLDP frames within a second."), TOO_MANY_NEIGHBORS(
                                                    "The port knows as many neighbors as it may."), NOT_ENABLED(
                                                            "The port has no carrier, or does not receive LLDP.");

    private final String meaning;

    LldpFault(String meaning) {
        this.meaning = meaning;
    }

    /** A sentence for people who look at counters. */
    public String meaning() {
        return meaning;
    }
}
