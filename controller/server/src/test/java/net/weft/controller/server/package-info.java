@NullMarked
package net.weft.controller.server;

import org.jspecify.annotations.NullMarked;
