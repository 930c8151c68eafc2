package net.weft.vswitch.burst;

import net.weft.linux.Memory;
import net.weft.packet.EtherType;
import net.weft.packet.VlanTag;
import net.weft.vlan.VlanMembership;

/** Handles the outer tag of a frame, which is metadata, and a further tag behind it. Nothing is allocated. */
public final class OuterTag {
    private OuterTag() {
    }

    /**
     * Moves an inline outer tag into the metadata. Returns the EtherType behind the tag, or -1 if the frame is too
     * short.
     */
    public static int take(Burst burst, int i, long head) {
        int type = Short.toUnsignedInt(Memory.getShortBe(head + 12));
        if (burst.tag[i] != 0 || !EtherType.isVlan(type)) {
            return type;
        }
        if (burst.length[i] < 18) {
            return -1;
        }
        burst.tag[i] = Memory.getIntBe(head + 12);
        burst.typeOffset[i] = 16;
        return Short.toUnsignedInt(Memory.getShortBe(head + 16));
    }

    /**
     * Returns whether the frame has a further tag, which would become the outer one if the frame left untagged. In a
     * frame without outer tag, this is a customer's tag.
     */
    public static boolean hides(Burst burst, int i) {
        return EtherType.isVlan(Short.toUnsignedInt(Memory.getShortBe(burst.head(i) + burst.typeOffset[i])));
    }

    /** VLAN ID of the further tag. */
    public static int innerVid(Burst burst, int i) {
        return Memory.getIntBe(burst.head(i) + burst.typeOffset[i]) & VlanTag.VID_MASK;
    }

    /** Priority and drop eligibility bits of a customer's tag, for the tag that is pushed in front of it. */
    public static int customersPriority(Burst burst, int i) {
        return Memory.getIntBe(burst.head(i) + burst.typeOffset[i]) & (VlanTag.PCP_MASK | VlanTag.DEI_MASK);
    }

    /**
     * Length of a customer's own tag, 4 or 0. It does not count towards the MTU where the frame leaves the tunnel, like
     * any outer tag.
     */
    public static int customersBytes(Burst burst, int i, VlanMembership membership) {
        return membership.isTunnel() && hides(burst, i) ? 4 : 0;
    }
}
