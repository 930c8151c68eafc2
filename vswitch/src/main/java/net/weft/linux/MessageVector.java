package net.weft.linux;

import java.lang.foreign.Arena;

/**
 * Many datagrams for one kernel call: an array of {@code struct mmsghdr}, each with its own segments, control area and address area, made
 * once and refilled. Owned by one thread. Indices are not checked beyond what the caller gave the constructor.
 *
 * <p>To send: {@link #segment} and {@link #segments}, maybe {@link #address}, then {@link #send}. To receive: describe the buffers once,
 * then {@link #receive}, which restores what the kernel overwrites; afterwards {@link #length}, {@link #flags} and the control area hold
 * what came.
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
     * @param arena keeps the memory; must outlive this object
     * @param segmentsPerMessage most segments one datagram is gathered from or scattered to
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

    /** Describes one segment of a datagram. */
    public void segment(int message, int index, long address, long bytes) {
        Iovecs.set(iovecs + ((long) message * segmentsPerMessage + index) * Iovecs.BYTES, address, bytes);
    }

    /** How many segments the datagram has; 1 unless set. */
    public void segments(int message, int count) {
        Memory.putLong(header(message) + IOV_COUNT_OFFSET, count);
    }

    /** Address of the segments of a datagram, an array of {@code struct iovec}, for {@link Fd#writev}. */
    public long segmentsOf(int message) {
        return iovecs + (long) message * segmentsPerMessage * Iovecs.BYTES;
    }

    /** Where the datagram goes, for sockets that are not connected. */
    public void address(int message, SocketAddress address) {
        address.copyTo(addressOf(message));
        addressBytes(message, address.bytes());
    }

    /** As {@link #address(int, SocketAddress)}, for an address the caller wrote at {@link #addressOf}; 0 for none. */
    public void addressBytes(int message, int bytes) {
        Memory.putLong(header(message) + NAME_OFFSET, bytes == 0 ? 0 : addressOf(message));
        Memory.putInt(header(message) + NAME_LENGTH_OFFSET, bytes);
    }

    /** The datagram's address area: where it goes, or after receiving with {@link #receiveAddresses} where it came from. */
    public long addressOf(int message) {
        return addresses + (long) message * SocketAddress.MAX_BYTES;
    }

    /** Bytes the kernel wrote to the address area. */
    public int addressBytes(int message) {
        return Memory.getInt(header(message) + NAME_LENGTH_OFFSET);
    }

    /** Ancillary data to send with the datagram; 0 for none. */
    public void controlBytes(int message, int bytes) {
        Memory.putLong(header(message) + CONTROL_OFFSET, bytes == 0 ? 0 : controlOf(message));
        Memory.putLong(header(message) + CONTROL_LENGTH_OFFSET, bytes);
    }

    public long controlOf(int message) {
        return controls + (long) message * controlBytes;
    }

    /** Bytes of ancillary data that came. */
    public int controlBytes(int message) {
        return (int) Memory.getLong(header(message) + CONTROL_LENGTH_OFFSET);
    }

    /** Bytes received or sent. */
    public int length(int message) {
        return Memory.getInt(header(message) + LENGTH_OFFSET);
    }

    /** {@link Socket#MSG_TRUNC} or {@link Socket#MSG_CTRUNC} where something did not fit. */
    public int flags(int message) {
        return Memory.getInt(header(message) + FLAGS_OFFSET);
    }

    /** Sends datagrams {@code first} to {@code first + count - 1}; how many went out, or the negative errno if the first did not. */
    public int send(Socket socket, int first, int count, int flags) {
        return SocketCalls.sendmmsg(socket.fd().number(), header(first), count, flags | Socket.MSG_NOSIGNAL);
    }

    /** Receives up to {@code count} datagrams without their addresses; how many came, or the negative errno. */
    public int receive(Socket socket, int first, int count, int flags) {
        return receive(socket, first, count, flags, 0);
    }

    /** As {@link #receive}, with the senders' addresses. */
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
