/**
 * The code that needs libpcap, through pcap4j. It is never on the path of a forwarded frame, except for ports of type
 * {@code pcap}.
 */
@NullMarked
package net.weft.vswitch.device.pcap;

import org.jspecify.annotations.NullMarked;
