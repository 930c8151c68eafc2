/**
 * The laboratory of the system tests: network namespaces, real guests and peers around a running {@code ./weft up}. Everything a
 * {@link net.weft.examples.lab.Lab} makes carries its prefix and goes when it is closed; what a killed run left behind goes when the
 * next one starts. Frames are sent and seen through libpcap, checks are made by other stacks than Weft's own.
 */
@NullMarked
package net.weft.examples.lab;

import org.jspecify.annotations.NullMarked;
