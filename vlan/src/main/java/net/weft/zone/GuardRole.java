package net.weft.zone;

/** What a guarded port may be besides a station. */
public enum GuardRole {
    /** It may send what a DHCP server or a relay sends. */
    DHCP_SERVER("dhcp-server"),
    /** It may send router advertisements and redirects. */
    ROUTER("router"),
    /** It may send IGMP and MLD queries. */
    QUERIER("querier");

    private final String label;

    GuardRole(String label) {
        this.label = label;
    }

    /** As in the configuration. */
    public String label() {
        return label;
    }
}
