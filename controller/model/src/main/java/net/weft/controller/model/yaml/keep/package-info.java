/** Writes a configuration into the text of the file that it came from, whose comments, order and style stay where nothing has changed. */
@NullMarked
package net.weft.controller.model.yaml.keep;

import org.jspecify.annotations.NullMarked;
