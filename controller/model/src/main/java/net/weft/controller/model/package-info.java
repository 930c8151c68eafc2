/**
 * Desired state: one immutable record tree that says what a fabric should be.
 *
 * <p>
 * The tree itself is here; {@code yaml} reads and writes it, {@code plan} compares two of them, {@code revision} keeps
 * what a commit adds to it. Dependencies run that way only: {@code model ← yaml ← plan ← revision}.
 */
@NullMarked
package net.weft.controller.model;

import org.jspecify.annotations.NullMarked;
