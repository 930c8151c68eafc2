package net.weft.lacp;

/**
 * What the state machines ask for. All methods are called on the caller's thread, in the order in which they must take effect: a leg
 * stops before the LACPDU that says so leaves, and starts before the LACPDU that says so.
 */
public interface LagOutput {
    /** Sends a whole Ethernet frame out of a leg. */
    void send(int leg, byte[] frame);

    /** Whether frames that arrive by the leg are accepted. */
    void collecting(int leg, boolean on);

    /** Whether the leg carries its share of the LAG's frames. */
    void distributing(int leg, boolean on);

    /** The partner has answered a Marker that {@link LinkAggregation#sendMarker} sent. */
    void markerAnswered(int leg, int transaction);

    void event(LagEvent event);
}
