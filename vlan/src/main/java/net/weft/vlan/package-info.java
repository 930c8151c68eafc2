/** VLAN identifiers, port membership and tag rules (IEEE 802.1Q). */
@NullMarked
package net.weft.vlan;

import org.jspecify.annotations.NullMarked;
