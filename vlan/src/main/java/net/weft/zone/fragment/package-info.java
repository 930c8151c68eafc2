/** Fragments follow their first: {@link net.weft.zone.fragment.FragmentTracker}. */
@NullMarked
package net.weft.zone.fragment;

import org.jspecify.annotations.NullMarked;
