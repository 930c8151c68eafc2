/**
 * The reference of {@code fabric.yaml}: every key with its form, default and meaning, as a page for people, as a JSON
 * Schema for editors, and as words for completion.
 */
@NullMarked
package net.weft.controller.model.yaml.reference;

import org.jspecify.annotations.NullMarked;
