package net.weft.packet;

import java.util.EnumSet;
import java.util.Set;

/**
 * The oracle of {@link HeaderParser}, written in the plainest way: byte by byte, faults as exceptions, flags in a set.
 */
final class SlowParser {
    enum Flag {
        FRAGMENT, FIRST_FRAGMENT, L4_COMPLETE, TOO_LONG, MALFORMED
    }

    private static final class TooLong extends RuntimeException {
    }

    private static final class Malformed extends RuntimeException {
    }

    record Result(int etherType, int l3, int l4, int protocol, Set<Flag> flags) {
        static Result of(long parsed) {
            Set<Flag> flags = EnumSet.noneOf(Flag.class);
            add(flags, Flag.FRAGMENT, HeaderParser.isFragment(parsed));
            add(flags, Flag.FIRST_FRAGMENT, HeaderParser.isFirstFragment(parsed));
            add(flags, Flag.L4_COMPLETE, HeaderParser.isL4Complete(parsed));
            add(flags, Flag.TOO_LONG, HeaderParser.isTooLong(parsed));
            add(flags, Flag.MALFORMED, HeaderParser.isMalformed(parsed));
            return new Result(HeaderParser.etherType(parsed), HeaderParser.l3Offset(parsed),
                    HeaderParser.l4Offset(parsed), HeaderParser.protocol(parsed), flags);
        }

        private static void add(Set<Flag> flags, Flag flag, boolean set) {
            if (set) {
                flags.add(flag);
            }
        }
    }

    private final byte[] head;
    private int end;
    private int etherType;
    private int l3;
    private int l4;
    private int protocol;
    private final Set<Flag> flags = EnumSet.noneOf(Flag.class);

    private SlowParser(byte[] head, int frameLength) {
        this.head = head;
        this.end = frameLength;
    }

    static Result parse(byte[] head, int typeOffset, int frameLength) {
        var parser = new SlowParser(head, frameLength);
        try {
            parser.frame(typeOffset);
        } catch (TooLong e) {
            parser.flags.add(Flag.TOO_LONG);
        } catch (Malformed e) {
            parser.flags.add(Flag.MALFORMED);
        }
        return new Result(parser.etherType, parser.l3, parser.l4, parser.protocol, parser.flags);
    }

    private void need(int until) {
        if (until > end) {
            throw new Malformed();
        }
        if (until > head.length) {
            throw new TooLong();
        }
    }

    private static void mustHold(boolean condition) {
        if (!condition) {
            throw new Malformed();
        }
    }

    private int byteAt(int index) {
        return head[index] & 0xff;
    }

    private int wordAt(int index) {
        return byteAt(index) * 256 + byteAt(index + 1);
    }

    private int inHead(int offset) {
        return offset < head.length ? offset : 0;
    }

    private void frame(int typeOffset) {
        int at = typeOffset + 2;
        need(at);
        etherType = wordAt(typeOffset);
        l3 = inHead(at);
        if (etherType == 0x0806 || etherType == 0x8035) {
            need(at + 28);
        } else if (etherType == 0x0800) {
            ipv4(at);
        } else if (etherType == 0x86dd) {
            ipv6(at);
        }
    }

    private void ipv4(int at) {
        need(at + 20);
        int words = byteAt(at) % 16;
        int total = wordAt(at + 2);
        mustHold(byteAt(at) / 16 == 4 && words >= 5 && total >= words * 4 && at + total <= end);
        end = at + total;
        protocol = byteAt(at + 9);
        int fragment = wordAt(at + 6) % 0x4000;
        boolean more = fragment >= 0x2000;
        int offset = fragment % 0x2000 * 8;
        fragment(more, offset);
        need(at + words * 4);
        if (offset == 0) {
            transport(at + words * 4, more);
        } else {
            mustHold(offset + total - words * 4 <= 65535);
            mustHold(protocol != 6 || offset >= 20);
        }
    }

    private void fragment(boolean more, int offset) {
        if (more || offset > 0) {
            flags.add(Flag.FRAGMENT);
            if (offset == 0) {
                flags.add(Flag.FIRST_FRAGMENT);
            }
        }
    }

    private void ipv6(int at) {
        need(at + 40);
        mustHold(byteAt(at) / 16 == 6 && at + 40 + wordAt(at + 4) <= end);
        end = at + 40 + wordAt(at + 4);
        protocol = byteAt(at + 6);
        int position = at + 40;
        boolean fragmented = false;
        for (int count = 1; Set.of(0, 43, 44, 51, 60).contains(protocol); count++) {
            mustHold(count <= 8 && (protocol != 0 || count == 1) && (protocol != 44 || !fragmented));
            need(position + 8);
            int units = byteAt(position + 1);
            int length = protocol == 44 ? 8 : protocol == 51 ? 4 * units + 8 : 8 * units + 8;
            mustHold(position + length <= end);
            if (protocol == 44) {
                fragmented = true;
                boolean more = byteAt(position + 3) % 2 == 1;
                int offset = wordAt(position + 2) / 8 * 8;
                fragment(more, offset);
                if (offset > 0) {
                    protocol = byteAt(position);
                    need(position + 8);
                    return;
                }
            }
            protocol = byteAt(position);
            position += length;
        }
        need(position);
        if (protocol != 59) {
            transport(position, flags.contains(Flag.FRAGMENT));
        }
    }

    private void transport(int at, boolean fragment) {
        l4 = inHead(at);
        switch (protocol) {
            case 1, 58 -> need(at + 8);
            case 6 -> {
                need(at + 20);
                mustHold(byteAt(at + 12) / 16 >= 5);
                need(at + byteAt(at + 12) / 16 * 4);
            }
            case 17 -> {
                need(at + 8);
                mustHold(wordAt(at + 4) >= 8 && (fragment || at + wordAt(at + 4) <= end));
            }
            case 132 -> need(at + 12);
            default -> {
                return;
            }
        }
        flags.add(Flag.L4_COMPLETE);
    }
}
