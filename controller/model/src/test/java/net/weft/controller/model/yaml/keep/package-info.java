@NullMarked
package net.weft.controller.model.yaml.keep;

import org.jspecify.annotations.NullMarked;
