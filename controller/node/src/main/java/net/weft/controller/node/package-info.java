/**
 * The composition root, the only place where the whole is visible. {@link net.weft.controller.node.Weft} is where the process
 * starts; {@code weft up} runs an {@link net.weft.controller.node.Instance}, which puts controller and member together. Every
 * other command is a client of one and comes from {@code net.weft.controller.cli}.
 */
@NullMarked
package net.weft.controller.node;

import org.jspecify.annotations.NullMarked;
