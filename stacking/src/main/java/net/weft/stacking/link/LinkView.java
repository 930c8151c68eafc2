package net.weft.stacking.link;

/**
 * A stack link as people see it.
 *
 * @param link number of the link at this member
 * @param neighbor number of the member at the other end, 0 while unknown
 * @param neighborLink number of the link there, -1 while unknown
 * @param failures times that the link went down while it was in use
 */
public record LinkView(int link, LinkState state, int neighbor, int neighborLink, int failures, LinkFault fault) {
}
