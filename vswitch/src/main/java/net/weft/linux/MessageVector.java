package net.weft.linux;

import java.lang.foreign.Arena;

/**
 * A reusable array of {@code struct mmsghdr} for sending or receiving many datagrams in one kernel call, each with its
 * own segments, control area and address area. Owned by one thread. Indices are not checked.
 *
 * <p>To send, call {@link #segment}, {@link #segments} and, for an unconnected socket, {@link #address}, then {@link
 * #send}. To receive, set the segments once, then call {@link #receive}, which restores the fields that the kernel
 * overwrites; afterwards {@link #length}, {@link #flags} and the control area describe each datagram.
 */
public final class MessageVector {
    /** Offsets within {@code struct mmsghdr}: a {@code struct msghdr} of 56 bytes, then the length of the datagram. */
    static final long HEADER_BYTES = 64;
    static final long NAME_OFFSET = 0;
    static final long NAME_LENGTH_OFFSET = 8;
    static final long IOV_OFFSET = 16;
    static final long IOV_COUNT_OFFSET = 24;
    static final long CONTROL_OFFSET = 32;
    static final long CONTROL_LENGTH_OFFSET = 40;
    static final long FLAGS_OFFSET = 48;
    static final long LENGTH_OFFSET = 56;

    private final int messages;
    private final int segmentsPerMessage;
    private final int controlBytes;
    private final long headers;
    private final long iovecs;
    private final long controls;
    private final long addresses;

    /**
     * @param arena owner of the memory; must outlive this object
     * @param segmentsPerMessage largest number of segments of one datagram
     * @param controlBytes room for ancillary data per datagram, a multiple of 8; 0 for none
     */
    public MessageVector(Arena arena, int messages, int segmentsPerMessage, int controlBytes) {
        if (messages < 1 || segmentsPerMessage < 1 || controlBytes < 0 || controlBytes % 8 != 0) {
            throw new IllegalArgumentException(
                    "a vector of " + messages + " messages with " + segmentsPerMessage + " segments and "
                            + controlBytes + " control bytes: expected at least 1 and 1, and a multiple of 8");
        }
        this.messages = messages;
        this.segmentsPerMessage = segmentsPerMessage;
        this.controlBytes = controlBytes;
        this.headers = arena.allocate(messages * HEADER_BYTES, 64).address();
        this.iovecs = arena.allocate((long) messages * segmentsPerMessage * Iovecs.BYTES, 64).address();
        this.controls = controlBytes == 0 ? 0 : arena.allocate((long) messages * controlBytes, 64).address();
        this.addresses = arena.allocate((long) messages * SocketAddress.MAX_BYTES, 64).address();
        for (int i = 0; i < messages; i++) {
            Memory.putLong(header(i) + IOV_OFFSET, iovecs + (long) i * segmentsPerMessage * Iovecs.BYTES);
            segments(i, 1);
        }
    }

    public int messages() {
        return messages;
    }

    public int segmentsPerMessage() {
        return segmentsPerMessage;
    }

    private long header(int message) {
        return headers + message * HEADER_BYTES;
    }

    /** Sets one segment of a datagram. */
    public void segment(int message, int index, long address, long bytes) {
        Iovecs.set(iovecs + ((long) message * segmentsPerMessage + index) * Iovecs.BYTES, address, bytes);
    }

    /** Sets the number of segments of a datagram; the default is 1. */
    public void segments(int message, int count) {
        Memory.putLong(header(message) + IOV_COUNT_OFFSET, count);
    }

    /** Address of the segments of a datagram, an array of {@code struct iovec}, for {@link Fd#writev}. */
    public long segmentsOf(int message) {
        return iovecs + (long) message * segmentsPerMessage * Iovecs.BYTES;
    }

    /** Sets the destination of a datagram, for an unconnected socket. */
    public void address(int message, SocketAddress address) {
        address.copyTo(addressOf(message));
        addressBytes(message, address.bytes());
    }

    /** Sets the length of a destination that the caller has written to {@link #addressOf}; 0 for none. */
    public void addressBytes(int message, int bytes) {
        Memory.putLong(header(message) + NAME_OFFSET, bytes == 0 ? 0 : addressOf(message));
        Memory.putInt(header(message) + NAME_LENGTH_OFFSET, bytes);
    }

    /** The address of the datagram's address area: the destination, or after {@link #receiveAddresses} the source. */
    public long addressOf(int message) {
        return addresses + (long) message * SocketAddress.MAX_BYTES;
    }

    /** Number of bytes that the kernel wrote to the address area. */
    public int addressBytes(int message) {
        return Memory.getInt(header(message) + NAME_LENGTH_OFFSET);
    }

    /** Sets the bytes of ancillary data to send with the datagram; 0 for none. */
    public void controlBytes(int message, int bytes) {
        Memory.putLong(header(message) + CONTROL_OFFSET, bytes == 0 ? 0 : controlOf(message));
        Memory.putLong(header(message) + CONTROL_LENGTH_OFFSET, bytes);
    }

    public long controlOf(int message) {
        return controls + (long) message * controlBytes;
    }

    /** Number of bytes of ancillary data received. */
    public int controlBytes(int message) {
        return (int) Memory.getLong(header(message) + CONTROL_LENGTH_OFFSET);
    }

    /** Number of bytes of the datagram received or sent. */
    public int length(int message) {
        return Memory.getInt(header(message) + LENGTH_OFFSET);
    }

    /** Flags of a received datagram: {@link Socket#MSG_TRUNC} or {@link Socket#MSG_CTRUNC} if it was truncated. */
    public int flags(int message) {
        return Memory.getInt(header(message) + FLAGS_OFFSET);
    }

    /**
     * Sends datagrams {@code first} to {@code first + count - 1}; returns the number sent, or the negative errno if the
     * first failed.
     */
    public int send(Socket socket, int first, int count, int flags) {
        return SocketCalls.sendmmsg(socket.fd().number(), header(first), count, flags | Socket.MSG_NOSIGNAL);
    }

    /**
     * Receives up to {@code count} datagrams without their source addresses; returns the number received, or the
     * negative errno.
     */
    public int receive(Socket socket, int first, int count, int flags) {
        return receive(socket, first, count, flags, 0);
    }

    /** Receives like {@link #receive}, with the source addresses. */
    public int receiveAddresses(Socket socket, int first, int count, int flags) {
        return receive(socket, first, count, flags, SocketAddress.MAX_BYTES);
    }

    private int receive(Socket socket, int first, int count, int flags, int nameBytes) {
        for (int i = first; i < first + count; i++) {
            addressBytes(i, nameBytes);
            controlBytes(i, controlBytes);
            Memory.putInt(header(i) + FLAGS_OFFSET, 0);
        }
        return SocketCalls.recvmmsg(socket.fd().number(), header(first), count, flags);
    }
}
