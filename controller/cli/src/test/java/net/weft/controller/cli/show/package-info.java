@NullMarked
package net.weft.controller.cli.show;

import org.jspecify.annotations.NullMarked;
