/**
 * A client of the API {@code weft.v1} for programs on the JVM: {@link net.weft.client.WeftClient} makes calls, and repeats those that
 * may be repeated; {@link net.weft.client.EventWatch} follows what happens, and resumes by itself; what goes wrong is a
 * {@link net.weft.client.WeftException} of a kind that a program can act on. For other messages of the API it lends its channel.
 */
@NullMarked
package net.weft.client;

import org.jspecify.annotations.NullMarked;
