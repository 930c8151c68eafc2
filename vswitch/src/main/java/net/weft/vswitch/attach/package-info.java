/**
 * Attachments of ports: opens their devices, assigns the queues to workers, reopens a device after a failure, and
 * migrates a port to another device. Control thread only.
 */
@NullMarked
package net.weft.vswitch.attach;

import org.jspecify.annotations.NullMarked;
