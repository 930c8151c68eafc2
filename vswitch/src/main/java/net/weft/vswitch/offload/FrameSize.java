package net.weft.vswitch.offload;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;

/** The size of a frame beside an MTU. */
public final class FrameSize {
    private FrameSize() {
    }

    /**
     * Whether the frame, or each segment it will be cut into, exceeds an MTU.
     *
     * @param mtu bytes of a layer-3 packet at most
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
