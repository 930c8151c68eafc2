/**
 * The data that a commit adds to a configuration: the revision number, the origin of each object, and the assigned
 * numbers. All functions are pure; the caller provides the store, the clock and the random generator.
 */
@NullMarked
package net.weft.controller.model.revision;

import org.jspecify.annotations.NullMarked;
