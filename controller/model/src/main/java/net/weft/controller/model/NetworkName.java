package net.weft.controller.model;

/** A network's name with its tenant's: {@code acme/web}. Tenants may use the same network name. */
public record NetworkName(String tenant, String network) {
    /** {@code TENANT/NAME}, as in the file. */
    @Override
    public String toString() {
        return tenant + "/" + network;
    }
}
