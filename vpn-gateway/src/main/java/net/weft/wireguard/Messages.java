package net.weft.wireguard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Layout of the four messages (whitepaper §5.4.2 to §5.4.7): types, lengths and offsets in bytes, numbers with the first byte lowest. */
final class Messages {
    static final int INITIATION = 1;
    static final int RESPONSE = 2;
    static final int COOKIE_REPLY = 3;
    static final int DATA = 4;

    static final int INITIATION_BYTES = 148;
    static final int RESPONSE_BYTES = 92;
    static final int COOKIE_REPLY_BYTES = 64;
    static final int DATA_HEADER_BYTES = 16;
    static final int TAG_BYTES = 16;
    static final int DATA_MIN_BYTES = DATA_HEADER_BYTES + TAG_BYTES;

    /** The type is one byte; the three behind it are zero, so both are read as one number. */
    static final int TYPE_OFFSET = 0;

    static final int INITIATION_SENDER = 4;
    static final int INITIATION_EPHEMERAL = 8;
    static final int INITIATION_STATIC = 40;
    static final int INITIATION_STATIC_BYTES = 32 + TAG_BYTES;
    static final int INITIATION_TIMESTAMP = 88;
    static final int INITIATION_TIMESTAMP_BYTES = Tai64n.BYTES + TAG_BYTES;
    static final int INITIATION_MAC1 = 116;

    static final int RESPONSE_SENDER = 4;
    static final int RESPONSE_RECEIVER = 8;
    static final int RESPONSE_EPHEMERAL = 12;
    static final int RESPONSE_EMPTY = 44;
    static final int RESPONSE_MAC1 = 60;

    /** mac2 stands behind mac1 and closes both handshake messages. */
    static final int MAC_BYTES = Blake2s.MAC_BYTES;

    static final int COOKIE_RECEIVER = 4;
    static final int COOKIE_NONCE = 8;
    static final int COOKIE_NONCE_BYTES = 24;
    static final int COOKIE_SEALED = 32;
    static final int COOKIE_SEALED_BYTES = MAC_BYTES + TAG_BYTES;

    static final int DATA_RECEIVER = 4;
    static final int DATA_COUNTER = 8;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Messages() {
    }

    static int getInt(byte[] message, int offset) {
        return (int) INT.get(message, offset);
    }

    static void putInt(byte[] message, int offset, int value) {
        INT.set(message, offset, value);
    }
}
