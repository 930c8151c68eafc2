package net.weft.lacp;

/** Whether a LAG's legs speak LACP, and who begins. */
public enum LacpMode {
    /** LACPDUs are sent whatever the partner does. */
    ACTIVE,
    /** LACPDUs are sent only to a partner that is active. */
    PASSIVE,
    /** A static LAG: legs with carrier forward, and no LACPDU is sent or read. */
    OFF
}
