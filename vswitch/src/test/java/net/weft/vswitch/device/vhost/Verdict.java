package net.weft.vswitch.device.vhost;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Whether a frame may reach a guest on an access port, judged from what lies in that guest's memory alone and as plainly as can be:
 * no tag, no reserved or group address where none may be, and a virtio-net header that lets its reader write nowhere but into the
 * checksum field of the frame's own TCP or UDP header.
 */
final class Verdict {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int MTU = 1500;
    private static final int MIN_SEGMENT = 36;

    private final ByteBuffer header;
    private final ByteBuffer frame;
    private int l4;
    private int end;
    private int protocol;
    private boolean ipv6;
    private boolean fragment;

    private Verdict(byte[] seen) {
        header = ByteBuffer.wrap(seen, 0, Specimen.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        frame = ByteBuffer.wrap(seen, Specimen.HEADER_BYTES, seen.length - Specimen.HEADER_BYTES).slice();
    }

    /** What is forged in a header and the frame behind it; {@code ""} for nothing. */
    static String fault(byte[] seen) {
        return new Verdict(seen).fault();
    }

    private String fault() {
        long destination = frame.getLong(0) >>> 16;
        if ((destination & ~0xFL) == 0x0180_C200_0000L) {
            return "reserved address";
        }
        if ((frame.get(6) & 1) != 0) {
            return "group address as source";
        }
        int type = u16(12);
        if (type == 0x8100 || type == 0x88A8) {
            return "a tag";
        }
        int flags = header.get(0);
        int gso = header.get(1) & 0x7F;
        if ((flags & ~1) != 0) {
            return "flags " + flags;
        }
        if (gso == 0 && frame.limit() - 14 > MTU) {
            return "longer than the MTU";
        }
        return flags == 0 && gso == 0 ? "" : open(type, gso);
    }

    /** The header leaves something to do, so the frame must be what it says. */
    private String open(int type, int gso) {
        if (type == 0x0800) {
            ipv4();
        } else if (type == 0x86DD) {
            ipv6();
        }
        int field = protocol == TCP ? 16 : protocol == UDP ? 6 : -1;
        if (field < 0 || fragment || l4 + field + 2 > Math.min(end, frame.limit())) {
            return "an open checksum without TCP or UDP";
        }
        if (header.getShort(6) != l4 || header.getShort(8) != field) {
            return "a checksum of bytes from " + header.getShort(6) + " on written " + header.getShort(8)
                    + " behind; TCP or UDP start at " + l4;
        }
        if (end > frame.limit()) {
            return "an IP length beyond the frame";
        }
        return gso == 0 ? "" : segments(gso);
    }

    private String segments(int gso) {
        boolean fits = switch (gso) {
            case 1 -> protocol == TCP && !ipv6;
            case 4 -> protocol == TCP && ipv6;
            case 3, 5 -> protocol == UDP;
            default -> false;
        };
        if (!fits) {
            return "segmentation type " + gso;
        }
        return end != frame.limit()
                ? "an IP length that is not the frame's"
                : Short.toUnsignedInt(header.getShort(4)) < MIN_SEGMENT ? "tiny segments" : "";
    }

    private void ipv4() {
        protocol = u8(23);
        l4 = 14 + (u8(14) & 0xF) * 4;
        end = 14 + u16(16);
        fragment = (u16(20) & 0x3FFF) != 0;
    }

    private void ipv6() {
        ipv6 = true;
        protocol = u8(20);
        l4 = 54;
        end = 54 + u16(18);
        while (protocol == 0 || protocol == 60 || protocol == 43) {
            protocol = u8(l4);
            l4 += 8 + 8 * u8(l4 + 1);
        }
    }

    private int u8(int at) {
        return at < frame.limit() ? Byte.toUnsignedInt(frame.get(at)) : 0;
    }

    private int u16(int at) {
        return u8(at) << 8 | u8(at + 1);
    }
}
