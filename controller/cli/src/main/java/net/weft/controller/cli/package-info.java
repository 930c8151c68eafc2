/**
 * The {@code weft} command, a client of {@code weft.v1} only. {@link net.weft.controller.cli.WeftCommand} assembles its
 * commands; {@code net.weft.controller.node} provides the parts that need more than the API.
 */
@NullMarked
package net.weft.controller.cli;

import org.jspecify.annotations.NullMarked;
