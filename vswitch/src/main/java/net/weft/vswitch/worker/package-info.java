/** The packet threads: the duty cycle, which queues each polls, how it sleeps, and how other threads command it. */
@NullMarked
package net.weft.vswitch.worker;

import org.jspecify.annotations.NullMarked;
