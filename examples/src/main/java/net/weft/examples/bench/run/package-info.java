/** What every benchmark needs: laboratories in turns, the machine's own account of itself, numbers by round, the page they make. */
@NullMarked
package net.weft.examples.bench.run;

import org.jspecify.annotations.NullMarked;
