/** The commands {@code weft vpn}: keys, client configurations and QR codes are made here, on the caller's side. */
@NullMarked
package net.weft.controller.cli.vpn;

import org.jspecify.annotations.NullMarked;
