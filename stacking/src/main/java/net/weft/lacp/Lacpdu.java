package net.weft.lacp;

/**
 * A LACPDU (IEEE 802.1AX-2014, 6.4.2.3).
 *
 * @param actor the sender
 * @param partner what the sender believes about the receiver
 * @param collectorMaxDelay the longest time that the sender's Frame Collector delays a frame, in tens of microseconds
 */
public record Lacpdu(PortInfo actor, PortInfo partner, int collectorMaxDelay) implements SlowFrame {
    public Lacpdu {
        Range.unsigned16("collector max delay", collectorMaxDelay);
    }
}
