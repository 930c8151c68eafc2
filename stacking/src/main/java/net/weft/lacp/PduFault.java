package net.weft.lacp;

/** Why a slow-protocol frame that came in by a leg was dropped. */
public enum PduFault {
    TRUNCATED("The frame ends before the fields of its protocol do."), NOT_SLOW_PROTOCOL(
            "The destination address, the EtherType or the source address is not that of a slow protocol."), UNKNOWN_SUBTYPE(
                    "The subtype is neither LACP nor Marker."), BAD_LENGTH(
                            "The Actor, Partner or Marker information has a length other than the standard's."), UNKNOWN_MARKER(
                                    "The Marker TLV is neither a Marker nor a Marker Response."), TOO_MANY(
                                            "The leg received more than ten LACPDUs or ten Markers within a second."), NOT_ENABLED(
                                                    "The leg has no carrier, or its LAG does not run LACP."), NOT_A_LEG(
                                                            "The port is not a leg of any LAG.");

    private final String meaning;

    PduFault(String meaning) {
        this.meaning = meaning;
    }

    /** A sentence for people who look at counters. */
    public String meaning() {
        return meaning;
    }
}
