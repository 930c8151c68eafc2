/**
 * Stacking: several switches as one device. {@link net.weft.stacking.StackMember} is the protocol of one member as a pure state machine; the
 * packages below it hold its parts. {@link net.weft.stacking.StackProtocol} runs it in a switch.
 */
@NullMarked
package net.weft.stacking;

import org.jspecify.annotations.NullMarked;
