/**
 * The composition root, which assembles all parts. {@link net.weft.controller.node.Weft} is the entry point of the
 * process; {@code weft up} runs an {@link net.weft.controller.node.Instance}, which connects controller and member.
 * Every other command is a client of an instance and comes from {@code net.weft.controller.cli}.
 */
@NullMarked
package net.weft.controller.node;

import org.jspecify.annotations.NullMarked;
