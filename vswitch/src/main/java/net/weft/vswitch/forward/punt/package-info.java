/** Punting: which frames go to link protocols, and the queues in which they wait, one for each rule and worker. */
@NullMarked
package net.weft.vswitch.forward.punt;

import org.jspecify.annotations.NullMarked;
