/** Completion of the command line: what may stand at its end, from the commands themselves and the running instance. */
@NullMarked
package net.weft.controller.cli.complete;

import org.jspecify.annotations.NullMarked;
