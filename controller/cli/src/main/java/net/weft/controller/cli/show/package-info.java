/**
 * The {@code weft show} commands: each fetches rows and defines their columns;
 * {@link net.weft.controller.cli.show.Listing} writes them as a table, JSON or YAML.
 */
@NullMarked
package net.weft.controller.cli.show;

import org.jspecify.annotations.NullMarked;
