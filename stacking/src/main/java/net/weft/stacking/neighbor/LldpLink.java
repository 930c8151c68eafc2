package net.weft.stacking.neighbor;

import net.weft.lldp.LldpAnnouncement;
import net.weft.packet.MacAddress;

/**
 * The end of one cable that runs LLDP.
 *
 * @param number stable number of the cable's port in the configuration, unique
 * @param name name of that port: of a leg, not of its LAG
 * @param port name of the port of the switch that its frames belong to: of the LAG of a leg
 * @param isLeg whether it is a leg of a LAG
 * @param said what it tells its neighbour
 * @param mac source address of its frames
 */
public record LldpLink(int number, String name, String port, boolean isLeg, LldpAnnouncement said, MacAddress mac) {
}
