package net.weft.stacking.control;

/**
 * Who sent a control message, and in which session of its link.
 *
 * @param fabric fingerprint of the fabric's key, so that a cable to another fabric can be named
 * @param member number of the sending member, 1 or more
 * @param incarnation random number of this run of the member
 * @param link number of the sender's stack link, unique among its own, 0-31
 * @param session random number that the sender drew for this session of the link; never 0
 * @param sequence counts the sender's messages of the session, from 1
 */
public record Sender(long fabric, int member, long incarnation, int link, long session, long sequence) {
}
