/**
 * Writes the reference of the API in {@code docs/api.md}: services, methods and messages from the definitions and their comments, and each
 * call in Python, Node and Go from one list of requests, {@code examples/api/calls.txt}.
 */
@NullMarked
package net.weft.examples.reference;

import org.jspecify.annotations.NullMarked;
