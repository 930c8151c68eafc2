@NullMarked
package net.weft.vswitch.snooping;

import org.jspecify.annotations.NullMarked;
