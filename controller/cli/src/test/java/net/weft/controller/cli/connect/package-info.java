@NullMarked
package net.weft.controller.cli.connect;

import org.jspecify.annotations.NullMarked;
