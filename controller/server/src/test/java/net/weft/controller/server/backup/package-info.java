@NullMarked
package net.weft.controller.server.backup;

import org.jspecify.annotations.NullMarked;
