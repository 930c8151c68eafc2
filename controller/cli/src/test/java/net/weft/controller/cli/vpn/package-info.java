@NullMarked
package net.weft.controller.cli.vpn;

import org.jspecify.annotations.NullMarked;
