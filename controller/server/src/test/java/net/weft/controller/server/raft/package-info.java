@NullMarked
package net.weft.controller.server.raft;

import org.jspecify.annotations.NullMarked;
