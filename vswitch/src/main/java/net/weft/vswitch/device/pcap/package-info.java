/** All that needs libpcap, through pcap4j; never on the way of a forwarded frame. */
@NullMarked
package net.weft.vswitch.device.pcap;

import org.jspecify.annotations.NullMarked;
