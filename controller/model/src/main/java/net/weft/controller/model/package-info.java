/**
 * The desired state of a fabric, as one immutable tree of records.
 *
 * <p>
 * This package has the records; {@code yaml} reads and writes them, {@code plan} compares two configurations,
 * {@code revision} keeps the data that a commit adds. Dependencies go in one direction only:
 * {@code model ← yaml ← plan ← revision}.
 */
@NullMarked
package net.weft.controller.model;

import org.jspecify.annotations.NullMarked;
