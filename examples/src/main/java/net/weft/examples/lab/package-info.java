/**
 * The laboratory of the system tests: network namespaces, real guests and peers around a running {@code ./weft up}.
 * Everything that a {@link net.weft.examples.lab.Lab} makes has its prefix and is removed when it is closed; the
 * remains of a killed run are removed when the next one starts. Frames are sent and received through libpcap, and
 * checks are made by network stacks other than Weft's own.
 */
@NullMarked
package net.weft.examples.lab;

import org.jspecify.annotations.NullMarked;
