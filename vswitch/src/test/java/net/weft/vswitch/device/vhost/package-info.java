@NullMarked
package net.weft.vswitch.device.vhost;

import org.jspecify.annotations.NullMarked;
