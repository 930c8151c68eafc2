/** Evaluates what long proofs have recorded. */
@NullMarked
package net.weft.examples.proof;

import org.jspecify.annotations.NullMarked;
