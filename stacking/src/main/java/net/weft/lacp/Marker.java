package net.weft.lacp;

import net.weft.packet.MacAddress;

/**
 * A Marker or Marker Response PDU (IEEE 802.1AX-2014, 6.5.3).
 *
 * @param response whether this answers a Marker
 * @param port the requester's port number, 0 to 65535
 * @param system the requester's system address
 * @param transaction 32 bits that the requester chose
 */
public record Marker(boolean response, int port, MacAddress system, int transaction) implements SlowFrame {
    public Marker {
        Range.unsigned16("requester port", port);
    }

    Marker answer() {
        return new Marker(true, port, system, transaction);
    }
}
