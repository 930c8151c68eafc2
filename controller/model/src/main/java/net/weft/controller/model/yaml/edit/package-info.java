/** Changes one object of a configuration by the keys of the file; the result is bound again under the same rules. */
@NullMarked
package net.weft.controller.model.yaml.edit;

import org.jspecify.annotations.NullMarked;
