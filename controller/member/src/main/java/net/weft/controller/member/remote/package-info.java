/**
 * A member's side of a fabric of many hosts: it joins, follows the revisions that its controller sends, keeps the last good one
 * on disk, and answers the controller's calls.
 */
@NullMarked
package net.weft.controller.member.remote;

import org.jspecify.annotations.NullMarked;
