/**
 * What a controller does: {@link net.weft.controller.server.Fabric} takes changes one at a time, writes each as a revision
 * to a {@link net.weft.controller.server.RevisionStore} and hands it to the members;
 * {@link net.weft.controller.server.ApiServer} offers that and more over a Unix socket. Knows no switch.
 */
@NullMarked
package net.weft.controller.server;

import org.jspecify.annotations.NullMarked;
