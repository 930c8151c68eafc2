/**
 * The controller: {@link net.weft.controller.server.Fabric} serializes changes, writes each as a revision to a
 * {@link net.weft.controller.server.RevisionStore}, and waits for the members to run it;
 * {@link net.weft.controller.server.ApiServer} serves the API over a Unix socket. This package does not depend on the
 * switch.
 */
@NullMarked
package net.weft.controller.server;

import org.jspecify.annotations.NullMarked;
