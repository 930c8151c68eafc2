/** Fragments, which get the verdict of their first one: {@link net.weft.zone.fragment.FragmentTracker}. */
@NullMarked
package net.weft.zone.fragment;

import org.jspecify.annotations.NullMarked;
