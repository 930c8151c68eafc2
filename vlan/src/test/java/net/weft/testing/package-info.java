/** Helpers for the tests of every module, in the test-jar of vlan. */
@NullMarked
package net.weft.testing;

import org.jspecify.annotations.NullMarked;
