/**
 * The {@code weft} command, a client of {@code weft.v1} and of nothing else. {@link net.weft.controller.cli.WeftCommand} puts its
 * commands together; what needs more than the API is handed to it by {@code net.weft.controller.node}.
 */
@NullMarked
package net.weft.controller.cli;

import org.jspecify.annotations.NullMarked;
