@NullMarked
package net.weft.lldp;

import org.jspecify.annotations.NullMarked;
