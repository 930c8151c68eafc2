/**
 * The {@code weft} command. {@link net.weft.controller.cli.WeftCommand} is where it starts; {@code up} runs an
 * {@link net.weft.controller.cli.Instance}, every other command is a client of one.
 */
@NullMarked
package net.weft.controller.cli;

import org.jspecify.annotations.NullMarked;
