/** Converts records to a tree, in the canonical order and without keys that have their default. */
@NullMarked
package net.weft.controller.model.yaml.write;

import org.jspecify.annotations.NullMarked;
