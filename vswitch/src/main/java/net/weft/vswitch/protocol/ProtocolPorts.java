package net.weft.vswitch.protocol;

import java.util.List;
import net.weft.vswitch.attach.LegSelection;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.stack.StackLinks;
import org.jspecify.annotations.Nullable;

/** The ports of the switch, as link protocols read and control them. Any thread; no method blocks. */
public interface ProtocolPorts {
    /** Returns all ports of the newest configuration. */
    List<ProtocolPort> all();

    /** Returns the port with an index, or null when it was removed. */
    @Nullable
    ProtocolPort at(int index);

    /** Returns the legs of a port that is a link aggregation, or null for any other port. */
    default @Nullable LegSelection legs(int index) {
        return null;
    }

    /** Returns the live state of the stack, which the stack protocol stores. */
    default StackLinks stackLinks() {
        return new StackLinks();
    }

    /** Returns whether the port forwards users' frames now. */
    boolean isUp(int index);

    /** Returns whether an injected frame would leave the port now; true also while the port is err-disabled. */
    boolean hasLink(int index);

    /**
     * Injects a frame at a port. Nothing happens when the port has no link.
     *
     * @param frame the whole frame without a tag, up to the port's MTU
     * @param tag its tag as {@code (tpid << 16) | tci}, 0 for none
     */
    void inject(int index, byte[] frame, int tag);

    /** Injects a frame at one leg of a port. @param leg number of the attachment */
    void inject(int index, int leg, byte[] frame, int tag);

    /** Injects a frame at one leg of a port, behind all frames that any worker has begun to forward. */
    default void injectBehind(int index, int leg, byte[] frame) {
        inject(index, leg, frame, 0);
    }

    /**
     * Err-disables a port, or extends its err-disabled time.
     *
     * @param message sentence for users
     * @param holdNs nanoseconds until the port is enabled, unless this is called again
     */
    void errDisable(int index, PortReason reason, String message, long holdNs);
}
