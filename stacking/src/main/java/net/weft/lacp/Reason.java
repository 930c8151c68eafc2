package net.weft.lacp;

/** Why a leg is in the state that it is in. */
public enum Reason {
    /** The leg is selected, and the partner's answers decide how far it gets. */
    NONE(""), NO_CARRIER("The port has no carrier or is disabled."), NO_LACP("No LACPDU is heard."), LACP_TIMEOUT(
            "The partner has fallen silent."), PARTNER_INDIVIDUAL(
                    "The partner does not aggregate this link, and another leg is in use."), LOOP(
                            "The link leads back to this system."), OTHER_SYSTEM(
                                    "The link leads to another system than the LAG's other legs: check the cabling."), OTHER_KEY(
                                            "The partner has put this link into another group than the LAG's other legs."), MIN_LINKS(
                                                    "Fewer legs are usable than min-links asks for."), WAIT_TO_RESTORE(
                                                            "The leg failed, and must be well for a while before it is used again."), DRAINED(
                                                                    "An operator has taken the leg out of service."), FALLBACK(
                                                                            "No leg hears LACP, and this is the one that forwards.");

    private final String meaning;

    Reason(String meaning) {
        this.meaning = meaning;
    }

    /** A sentence for people; empty for {@link #NONE}. */
    public String meaning() {
        return meaning;
    }
}
