package net.weft.vswitch.fdb;

/** Receives one entry of a MAC table; see {@link MacTable#forEach}. */
@FunctionalInterface
public interface MacVisitor {
    /**
     * @param vid VLAN
     * @param mac 48 bits, first byte lowest
     * @param port port number
     * @param ageSeconds seconds since its last frame
     */
    void entry(int vid, long mac, int port, int ageSeconds);
}
