package net.weft.zone;

/** A role that a guarded port may have besides that of an ordinary host. */
public enum GuardRole {
    /** The port may send messages of DHCP servers and relays. */
    DHCP_SERVER("dhcp-server"),
    /** The port may send router advertisements and redirects. */
    ROUTER("router"),
    /** The port may send IGMP and MLD queries. */
    QUERIER("querier");

    private final String label;

    GuardRole(String label) {
        this.label = label;
    }

    /** Returns the word of the configuration. */
    public String label() {
        return label;
    }
}
