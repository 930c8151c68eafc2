@NullMarked
package net.weft.vswitch.device.pcap;

import org.jspecify.annotations.NullMarked;
