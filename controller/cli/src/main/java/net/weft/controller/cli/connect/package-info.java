/**
 * The connection to a running instance: {@link net.weft.controller.cli.connect.ControlOption} selects the instance,
 * {@link net.weft.controller.cli.connect.ControlClient} calls it, and a refusal becomes a
 * {@link net.weft.controller.cli.connect.FailedException} with one line for each fault.
 */
@NullMarked
package net.weft.controller.cli.connect;

import org.jspecify.annotations.NullMarked;
