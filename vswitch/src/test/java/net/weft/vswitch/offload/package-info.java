@NullMarked
package net.weft.vswitch.offload;

import org.jspecify.annotations.NullMarked;
