@NullMarked
package net.weft.lacp;

import org.jspecify.annotations.NullMarked;
