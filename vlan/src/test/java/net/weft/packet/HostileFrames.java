package net.weft.packet;

import java.util.Random;

/** Frames that look sane at first sight, and are wrong in a few bytes. */
final class HostileFrames {
    private static final int[] PROTOCOLS = {6, 17, 1, 58, 0, 43, 44, 51, 60, 59, 50, 132};

    private HostileFrames() {
    }

    /** A frame of {@code length} bytes, 14 or more, with plausible headers as far as they fit. */
    static byte[] next(Random random, int length) {
        byte[] frame = Bytes.random(random, length);
        switch (random.nextInt(8)) {
            case 0 -> {
            }
            case 1 -> put(frame, 12, 0x08, 0x06);
            case 2, 3, 4 -> ipv4(frame, random);
            default -> ipv6(frame, random);
        }
        for (int faults = random.nextInt(4) == 0 ? random.nextInt(4) : 0; faults > 0; faults--) {
            frame[12 + random.nextInt(length - 12)] = (byte) random.nextInt();
        }
        return frame;
    }

    private static void ipv4(byte[] frame, Random random) {
        int words = random.nextBoolean() ? 5 : 5 + random.nextInt(11);
        int total = frame.length - 14 - (random.nextBoolean() ? 0 : random.nextInt(20));
        int protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
        int fragment = random.nextInt(3) > 0 ? 0x4000 : random.nextInt(4) << 13 | random.nextInt(3);
        put(frame, 12, 0x08, 0x00, 0x40 | words, 0, total >> 8, total, 0, 0, fragment >> 8, fragment, 64, protocol);
        transport(frame, 14 + words * 4, protocol, random);
    }

    private static void ipv6(byte[] frame, Random random) {
        int payload = Math.max(0, frame.length - 54 - (random.nextBoolean() ? 0 : random.nextInt(20)));
        int protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
        put(frame, 12, 0x86, 0xdd, 0x60, 0, 0, 0, payload >> 8, payload, protocol, 64);
        int position = 54;
        while (Ipv6Extensions.isExtension(protocol) && position < frame.length) {
            int next = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
            int units = random.nextInt(4) == 0 ? 1 : 0;
            put(frame, position, next, units, 0, random.nextInt(10));
            position += protocol == 44 ? 8 : protocol == 51 ? 8 + 4 * units : 8 + 8 * units;
            protocol = next;
        }
        transport(frame, position, protocol, random);
    }

    private static void transport(byte[] frame, int at, int protocol, Random random) {
        if (protocol == 6) {
            put(frame, at + 12, (5 + random.nextInt(11)) << 4);
        } else if (protocol == 17) {
            int length = Math.max(0, frame.length - at - random.nextInt(30));
            put(frame, at + 4, length >> 8, length);
        }
    }

    private static void put(byte[] frame, int at, int... bytes) {
        for (int i = 0; i < bytes.length && at + i < frame.length; i++) {
            frame[at + i] = (byte) bytes[i];
        }
    }
}
