package net.weft.lacp;

/** A slow-protocol frame (IEEE 802.3 annex 57A) as {@link SlowFrames#parse} reads it. */
public sealed interface SlowFrame permits Lacpdu, Marker, SlowFrame.Refused {

    /** A frame that is dropped, and counted under its fault. */
    record Refused(PduFault fault) implements SlowFrame {
    }
}
