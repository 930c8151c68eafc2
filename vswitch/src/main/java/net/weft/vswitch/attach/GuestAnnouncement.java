package net.weft.vswitch.attach;

import java.util.Locale;
import net.weft.linux.Memory;
import net.weft.packet.EtherType;
import net.weft.vswitch.burst.Burst;

/** The kind of the first frame that a migrated guest sends from its new attachment, by which it announces itself. */
public enum GuestAnnouncement {
    /** A reverse ARP (RFC 903), sent by the guest itself or requested by vhost-user's SEND_RARP. */
    RARP,
    /** An ARP for the sender's own address (RFC 5227, 3). */
    GRATUITOUS_ARP,
    /** A neighbour advertisement to a group (RFC 4861, 7.2.6). */
    UNSOLICITED_NA,
    /** Any other frame. */
    FRAME;

    private static final int TYPE_OFFSET = 12;
    private static final int ARP_SENDER = 14;
    private static final int ARP_TARGET = 24;
    private static final int ARP_BYTES = 28;
    private static final int IPV6_NEXT_HEADER = 6;
    private static final int IPV6_BYTES = 40;
    private static final int ICMPV6 = 58;
    private static final int NEIGHBOUR_ADVERTISEMENT = 136;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The name in user output, for example {@code gratuitous-arp}. */
    public String label() {
        return label;
    }

    /** Classifies the first frame of a burst by its private copy of the frame head. */
    static GuestAnnouncement of(Burst burst) {
        long head = burst.head(0);
        int bytes = burst.headLength[0];
        if (bytes < TYPE_OFFSET + 2) {
            return FRAME;
        }
        int offset = TYPE_OFFSET;
        int type = Short.toUnsignedInt(Memory.getShortBe(head + offset));
        if (EtherType.isVlan(type) && bytes >= offset + 6) {
            offset += 4;
            type = Short.toUnsignedInt(Memory.getShortBe(head + offset));
        }
        long payload = head + offset + 2;
        int left = bytes - offset - 2;
        return switch (type) {
            case EtherType.RARP -> RARP;
            case EtherType.ARP -> left >= ARP_BYTES && isGratuitous(payload) ? GRATUITOUS_ARP : FRAME;
            case EtherType.IPV6 -> left > IPV6_BYTES && isGroup(head) && isAdvertisement(payload)
                    ? UNSOLICITED_NA
                    : FRAME;
            default -> FRAME;
        };
    }

    private static boolean isGroup(long head) {
        return (Memory.getByte(head) & 1) != 0;
    }

    private static boolean isGratuitous(long arp) {
        return Memory.getInt(arp + ARP_SENDER) == Memory.getInt(arp + ARP_TARGET);
    }

    private static boolean isAdvertisement(long ipv6) {
        return Memory.getByte(ipv6 + IPV6_NEXT_HEADER) == ICMPV6
                && (Memory.getByte(ipv6 + IPV6_BYTES) & 0xFF) == NEIGHBOUR_ADVERTISEMENT;
    }
}
