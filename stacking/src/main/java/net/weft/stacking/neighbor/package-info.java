/** LLDP on the switch: {@link net.weft.stacking.neighbor.LldpProtocol} runs {@link net.weft.lldp} as a link protocol. */
@NullMarked
package net.weft.stacking.neighbor;

import org.jspecify.annotations.NullMarked;
