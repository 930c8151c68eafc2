package net.weft.lldp;

/** What a port does with LLDP (adminStatus, IEEE 802.1AB-2016, 9.2.5.1). */
public enum LldpMode {
    SEND_AND_RECEIVE(true, true), SEND(true, false), RECEIVE(false, true), OFF(false, false);

    private final boolean sends;
    private final boolean receives;

    LldpMode(boolean sends, boolean receives) {
        this.sends = sends;
        this.receives = receives;
    }

    public boolean sends() {
        return sends;
    }

    public boolean receives() {
        return receives;
    }
}
