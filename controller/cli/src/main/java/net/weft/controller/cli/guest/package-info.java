/**
 * {@code weft guest}: what to tell a hypervisor so that a guest's vNIC meets a port.
 * {@link net.weft.controller.cli.guest.GuestCard} takes it from the running instance, one class for each hypervisor
 * writes it down.
 */
@NullMarked
package net.weft.controller.cli.guest;

import org.jspecify.annotations.NullMarked;
