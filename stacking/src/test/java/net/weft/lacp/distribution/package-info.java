@NullMarked
package net.weft.lacp.distribution;

import org.jspecify.annotations.NullMarked;
