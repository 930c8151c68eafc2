package net.weft.packet;

import static net.weft.packet.NetworkOrder.getInt;
import static net.weft.packet.NetworkOrder.getLong;
import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU48;
import static net.weft.packet.NetworkOrder.putInt;
import static net.weft.packet.NetworkOrder.putLong;
import static net.weft.packet.NetworkOrder.putU16;
import static net.weft.packet.NetworkOrder.putU48;

import java.lang.foreign.MemorySegment;

/** ARP for IPv4 over Ethernet (RFC 826), the only form that {@link #check} accepts; RARP (RFC 903) shares it. */
public final class Arp {
    public static final int HARDWARE_TYPE = 0;
    public static final int PROTOCOL_TYPE = 2;
    public static final int HARDWARE_LENGTH = 4;
    public static final int PROTOCOL_LENGTH = 5;
    public static final int OPERATION = 6;
    public static final int SENDER_MAC = 8;
    public static final int SENDER_IP = 14;
    public static final int TARGET_MAC = 18;
    public static final int TARGET_IP = 24;
    public static final int LENGTH = 28;

    public static final int REQUEST = 1;
    public static final int REPLY = 2;

    /**
     * The first six bytes: hardware type Ethernet, protocol type IPv4 and their address lengths. The last two bytes of
     * the long are the operation.
     */
    private static final long FORM = 0x0001_0800_0604_0000L;

    private Arp() {
    }

    /** Returns whether an ARP message for IPv4 over Ethernet lies within {@code available} readable bytes. */
    public static boolean check(MemorySegment segment, long offset, int available) {
        return available >= LENGTH && (getLong(segment, offset) & ~0xffffL) == FORM;
    }

    /** Returns {@link #REQUEST}, {@link #REPLY} or another operation, 16 bits. */
    public static int operation(MemorySegment segment, long offset) {
        return getU16(segment, offset + OPERATION);
    }

    public static long senderMac(MemorySegment segment, long offset) {
        return getU48(segment, offset + SENDER_MAC);
    }

    public static int senderIp(MemorySegment segment, long offset) {
        return getInt(segment, offset + SENDER_IP);
    }

    public static long targetMac(MemorySegment segment, long offset) {
        return getU48(segment, offset + TARGET_MAC);
    }

    public static int targetIp(MemorySegment segment, long offset) {
        return getInt(segment, offset + TARGET_IP);
    }

    /**
     * A message as a value.
     *
     * @param operation 16 bits
     */
    public record Header(int operation, MacAddress senderMac, int senderIp, MacAddress targetMac, int targetIp) {
        public Header {
            Fields.unsigned("ARP operation", operation, 16);
        }

        /**
         * Reads a header.
         *
         * @throws IllegalArgumentException when {@link Arp#check} returns false
         */
        public static Header parse(MemorySegment segment, long offset, int available) {
            Fields.checked(check(segment, offset, available), "ARP", available);
            return new Header(Arp.operation(segment, offset), new MacAddress(Arp.senderMac(segment, offset)),
                    Arp.senderIp(segment, offset), new MacAddress(Arp.targetMac(segment, offset)),
                    Arp.targetIp(segment, offset));
        }

        /** Returns the number of bytes that {@link #emit} writes. */
        public int length() {
            return LENGTH;
        }

        public void emit(MemorySegment segment, long offset) {
            putLong(segment, offset, FORM);
            putU16(segment, offset + OPERATION, operation);
            putU48(segment, offset + SENDER_MAC, senderMac.value());
            putInt(segment, offset + SENDER_IP, senderIp);
            putU48(segment, offset + TARGET_MAC, targetMac.value());
            putInt(segment, offset + TARGET_IP, targetIp);
        }
    }
}
