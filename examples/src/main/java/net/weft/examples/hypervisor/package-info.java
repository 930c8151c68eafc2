/** A program of the kind that a hypervisor's tool stack has: it adds and removes ports by the client library. */
@NullMarked
package net.weft.examples.hypervisor;

import org.jspecify.annotations.NullMarked;
