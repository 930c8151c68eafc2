@NullMarked
package net.weft.controller.cli;

import org.jspecify.annotations.NullMarked;
