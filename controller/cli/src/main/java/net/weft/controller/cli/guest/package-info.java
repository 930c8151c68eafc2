/**
 * The command {@code weft guest}, which prints the hypervisor's options for connecting a guest's vNIC to a port.
 * {@link net.weft.controller.cli.guest.GuestNic} is the vNIC as the running instance describes it; one class for each
 * hypervisor writes the options.
 */
@NullMarked
package net.weft.controller.cli.guest;

import org.jspecify.annotations.NullMarked;
