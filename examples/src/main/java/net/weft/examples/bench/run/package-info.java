/**
 * The common parts of every benchmark: laboratories in turns, a description of the machine, numbers by round, the page
 * of results.
 */
@NullMarked
package net.weft.examples.bench.run;

import org.jspecify.annotations.NullMarked;
