package net.weft.lacp;

/**
 * Something that an operator wants to read later.
 *
 * @param lag the LAG's name
 * @param leg the leg's name; empty when the event is about the LAG
 * @param message a full sentence
 */
public record LagEvent(Kind kind, String lag, String leg, String message) {

    /** What happened. */
    public enum Kind {
        LAG_UP, LAG_DOWN, LEG_STATE, LEG_CHURN
    }
}
