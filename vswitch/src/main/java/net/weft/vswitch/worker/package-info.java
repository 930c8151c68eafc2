/**
 * The packet threads: their duty cycle, the assignment of queues to them, sleeping and waking, and the commands of
 * other threads.
 */
@NullMarked
package net.weft.vswitch.worker;

import org.jspecify.annotations.NullMarked;
