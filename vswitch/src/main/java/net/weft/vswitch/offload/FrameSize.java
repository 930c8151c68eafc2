package net.weft.vswitch.offload;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;

/** Compares the size of a frame with an MTU. */
public final class FrameSize {
    private FrameSize() {
    }

    /**
     * Returns whether the frame, or each segment that it will be cut into, exceeds an MTU.
     * @param mtu maximum length of a layer-3 packet in bytes
     */
    public static boolean exceeds(Burst burst, int i, int mtu) {
        long offload = burst.offload[i];
        int typeOffset = burst.typeOffset[i];
        if (Offload.gsoType(offload) == Offload.GSO_NONE) {
            return burst.length[i] - typeOffset - 2 > mtu;
        }
        return Offload.gsoType(offload) != Offload.GSO_UDP
                && Offload.headerLength(offload) - typeOffset - 2 + Offload.gsoSize(offload) > mtu;
    }
}
