/** Parses single values of {@code fabric.yaml}: rates, time spans, prefixes, MAC addresses, matches of policies. */
@NullMarked
package net.weft.controller.model.yaml.value;

import org.jspecify.annotations.NullMarked;
