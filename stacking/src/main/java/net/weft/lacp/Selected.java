package net.weft.lacp;

/** The variable Selected of IEEE 802.1AX-2014, 6.4.8. */
enum Selected {
    UNSELECTED, STANDBY, SELECTED
}
