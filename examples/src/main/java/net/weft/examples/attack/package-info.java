/** Front ends and drivers that attack, beside machines that only want their frames forwarded: nobody but the attacker may notice. */
@NullMarked
package net.weft.examples.attack;

import org.jspecify.annotations.NullMarked;
