/**
 * The controller's side of a fabric of many hosts: the listener for members and remote clients, who may call what, the
 * streams of the members, and the calls that are answered by all of them.
 */
@NullMarked
package net.weft.controller.server.remote;

import org.jspecify.annotations.NullMarked;
