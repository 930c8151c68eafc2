@NullMarked
package net.weft.controller.model.yaml.reference;

import org.jspecify.annotations.NullMarked;
