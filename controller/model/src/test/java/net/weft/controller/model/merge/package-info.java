@NullMarked
package net.weft.controller.model.merge;

import org.jspecify.annotations.NullMarked;
