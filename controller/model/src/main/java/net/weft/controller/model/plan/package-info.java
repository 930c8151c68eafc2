/** Computes the changes between two configurations, for a person to read and for a member to carry out. */
@NullMarked
package net.weft.controller.model.plan;

import org.jspecify.annotations.NullMarked;
