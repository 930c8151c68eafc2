package net.weft.controller.model;

/**
 * The name of a network with the name of its tenant, such as {@code acme/web}. Two tenants may use the same network
 * name.
 */
public record NetworkName(String tenant, String network) {
    /** Returns {@code TENANT/NAME}, as in the file. */
    @Override
    public String toString() {
        return tenant + "/" + network;
    }
}
