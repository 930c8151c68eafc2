package net.weft.lacp;

import java.nio.ByteBuffer;

/** One end of a link as a naive reader of the standard notes it: numbers, and the bits of the state octet as letters. */
record NaiveEnd(int systemPriority, long system, int key, int portPriority, int port, String flags) {
    /** The eight bits of a state octet, lowest first. */
    static final String LETTERS = "ATGSCDFE";

    static final NaiveEnd NOBODY = new NaiveEnd(0, 0, 0, 0, 0, "");

    boolean has(char flag) {
        return flags.indexOf(flag) >= 0;
    }

    NaiveEnd with(char flag, boolean on) {
        return has(flag) == on
                ? this
                : new NaiveEnd(systemPriority, system, key, portPriority, port,
                        on ? flags + flag : flags.replace(String.valueOf(flag), ""));
    }

    String identity() {
        return systemPriority + "/" + system + "/" + key + "/" + portPriority + "/" + port + "/" + has('G');
    }

    void put(ByteBuffer frame, int type) {
        int start = frame.position();
        int octet = 0;
        for (int bit = 0; bit < 8; bit++) {
            octet |= has(LETTERS.charAt(bit)) ? 1 << bit : 0;
        }
        frame.put((byte) type).put((byte) 20).putShort((short) systemPriority);
        frame.putLong(system << 16).position(start + 10);
        frame.putShort((short) key).putShort((short) portPriority).putShort((short) port).put((byte) octet);
        frame.position(start + 20);
    }

    /** The Actor or Partner fields at an offset of a frame. */
    static NaiveEnd read(byte[] frame, int at) {
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        NaiveEnd end = new NaiveEnd(buffer.getShort(at + 2) & 0xffff, buffer.getLong(at + 2) & 0xffff_ffff_ffffL,
                buffer.getShort(at + 10) & 0xffff, buffer.getShort(at + 12) & 0xffff, buffer.getShort(at + 14) & 0xffff,
                "");
        for (int bit = 0; bit < 8; bit++) {
            end = end.with(LETTERS.charAt(bit), (frame[at + 16] >> bit & 1) == 1);
        }
        return end;
    }
}
