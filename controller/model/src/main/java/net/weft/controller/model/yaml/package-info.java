/**
 * Converts between text and records: {@link net.weft.controller.model.yaml.FabricYaml} reads a {@code fabric.yaml} and
 * names every fault with its line, and writes one.
 *
 * <p>
 * The subpackages below it, lowest first: {@code tree} (YAML text to a tree with positions, and back), {@code value}
 * (the text of single values, such as a rate), {@code check} (rules that span several objects), {@code bind} (tree to
 * records), {@code write} (records to tree). {@code edit} is above this package: it changes one object under the same
 * rules.
 */
@NullMarked
package net.weft.controller.model.yaml;

import org.jspecify.annotations.NullMarked;
