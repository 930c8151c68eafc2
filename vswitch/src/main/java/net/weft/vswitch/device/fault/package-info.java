/** Devices that lose, delay, double and damage frames on purpose: a bad cable for tests and proofs. */
@NullMarked
package net.weft.vswitch.device.fault;

import org.jspecify.annotations.NullMarked;
