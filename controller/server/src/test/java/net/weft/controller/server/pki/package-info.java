@NullMarked
package net.weft.controller.server.pki;

import org.jspecify.annotations.NullMarked;
