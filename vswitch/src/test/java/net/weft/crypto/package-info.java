@NullMarked
package net.weft.crypto;

import org.jspecify.annotations.NullMarked;
