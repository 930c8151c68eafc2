/**
 * Takes the carrier away from the cables of a member that has died, so that whoever is at their other ends notices at once. A process of its
 * own watches the member.
 */
@NullMarked
package net.weft.vswitch.carrier;

import org.jspecify.annotations.NullMarked;
