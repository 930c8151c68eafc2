/**
 * What a commit adds to a configuration: its number, where each object came from, the numbers given once. Pure
 * functions; the store, the clock and the dice are the caller's.
 */
@NullMarked
package net.weft.controller.model.revision;

import org.jspecify.annotations.NullMarked;
