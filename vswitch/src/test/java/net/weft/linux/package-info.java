@NullMarked
package net.weft.linux;

import org.jspecify.annotations.NullMarked;
