@NullMarked
package net.weft.controller.server.remote;

import org.jspecify.annotations.NullMarked;
