/**
 * Authenticated encryption for what crosses untrusted wires: WireGuard's data packets and, later, frames between stack members. One
 * interface, {@link net.weft.crypto.Aead}, has three providers: libcrypto and libsodium through the foreign function interface, where
 * the host has them, and the JDK's own cipher everywhere. A provider is used only after it has passed the known-answer test of RFC 8439.
 */
@NullMarked
package net.weft.crypto;

import org.jspecify.annotations.NullMarked;
