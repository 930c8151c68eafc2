/**
 * The way to a running instance: {@link net.weft.controller.cli.connect.ControlOption} says which,
 * {@link net.weft.controller.cli.connect.ControlClient} calls it, and a refusal becomes a
 * {@link net.weft.controller.cli.connect.FailedException} with a line a fault.
 */
@NullMarked
package net.weft.controller.cli.connect;

import org.jspecify.annotations.NullMarked;
