/** The configuration, status, counters, policers and err-disabled state of ports. */
@NullMarked
package net.weft.vswitch.port;

import org.jspecify.annotations.NullMarked;
