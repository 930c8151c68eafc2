package net.weft.vswitch.protocol;

import java.util.List;
import net.weft.vswitch.burst.PortReason;
import org.jspecify.annotations.Nullable;

/** What a link protocol may know of the switch's ports and do to them. Any thread; nothing waits. */
public interface ProtocolPorts {
    /** All ports, as the newest configuration has them. */
    List<ProtocolPort> all();

    /** The port with an index, or null when it has gone. */
    @Nullable
    ProtocolPort at(int index);

    /** Whether users' frames go through the port now. */
    boolean isUp(int index);

    /** Whether a frame of the switch's own would leave by the port now: also while it is err-disabled. */
    boolean hasLink(int index);

    /**
     * Sends a frame of the switch's own by a port. Nothing happens when the port has no link.
     *
     * @param frame whole, without tag, as long as the port's MTU allows
     * @param tag it leaves with as {@code (tpid << 16) | tci}, 0 for none
     */
    void inject(int index, byte[] frame, int tag);

    /** Sends a frame of the switch's own by one leg of a port. @param leg number of the attachment */
    void inject(int index, int leg, byte[] frame, int tag);

    /**
     * Shuts a port for a while, or keeps it shut.
     *
     * @param message for users
     * @param holdNs how long it stays shut when this is not called again
     */
    void errDisable(int index, PortReason reason, String message, long holdNs);
}
