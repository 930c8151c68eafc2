/** The commands that say who may do what: certificates of people and programs, and tokens by which members join. */
@NullMarked
package net.weft.controller.cli.identity;

import org.jspecify.annotations.NullMarked;
