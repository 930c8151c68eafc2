/** Front ends and drivers that attack, beside well-behaved machines: no port but the attacker's may be affected. */
@NullMarked
package net.weft.examples.attack;

import org.jspecify.annotations.NullMarked;
