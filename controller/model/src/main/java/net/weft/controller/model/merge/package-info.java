/**
 * The three-way merge of a configuration file with the changes that commands have made since it was last given. All
 * functions are pure.
 */
@NullMarked
package net.weft.controller.model.merge;

import org.jspecify.annotations.NullMarked;
