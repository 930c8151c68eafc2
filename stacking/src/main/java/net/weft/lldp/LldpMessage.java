package net.weft.lldp;

/** A received frame as {@link LldpReader} reads it. */
public sealed interface LldpMessage permits LldpAnnouncement, LldpMessage.Refused {

    /** A frame that is dropped, and counted under its fault. */
    record Refused(LldpFault fault) implements LldpMessage {
    }
}
