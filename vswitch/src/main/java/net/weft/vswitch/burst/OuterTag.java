package net.weft.vswitch.burst;

import net.weft.linux.Memory;
import net.weft.packet.EtherType;
import net.weft.packet.VlanTag;
import net.weft.vlan.VlanMembership;

/** The outer tag of a frame, which is metadata, and the one that may stand behind it. Nothing is allocated. */
public final class OuterTag {
    private OuterTag() {
    }

    /** Makes an inline outer tag metadata. Returns the EtherType behind it, or -1 when the frame ends before it. */
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

    /** Whether a further tag would become the outer one if the frame left untagged. Without an outer one, it is a customer's. */
    public static boolean hides(Burst burst, int i) {
        return EtherType.isVlan(Short.toUnsignedInt(Memory.getShortBe(burst.head(i) + burst.typeOffset[i])));
    }

    /** VLAN of the further tag. */
    public static int innerVid(Burst burst, int i) {
        return Memory.getIntBe(burst.head(i) + burst.typeOffset[i]) & VlanTag.VID_MASK;
    }

    /** Priority and drop eligibility of a customer's tag, for the tag in front of it. */
    public static int customersPriority(Burst burst, int i) {
        return Memory.getIntBe(burst.head(i) + burst.typeOffset[i]) & (VlanTag.PCP_MASK | VlanTag.DEI_MASK);
    }

    /** Bytes of a customer's own tag, which counts no more than any outer tag where it leaves the tunnel. */
    public static int customersBytes(Burst burst, int i, VlanMembership membership) {
        return membership.isTunnel() && hides(burst, i) ? 4 : 0;
    }
}
