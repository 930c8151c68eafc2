/**
 * Between text and records: {@link net.weft.controller.model.yaml.FabricYaml} reads a {@code fabric.yaml} with every fault
 * named, and writes one; {@link net.weft.controller.model.yaml.FabricEdit} changes one object at a time under the same rules.
 */
@NullMarked
package net.weft.controller.model.yaml;

import org.jspecify.annotations.NullMarked;
