@NullMarked
package net.weft.controller.node;

import org.jspecify.annotations.NullMarked;
