package net.weft.linux;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A netlink socket (RFC 3549) for acknowledged requests, dumps and notifications. It belongs to the network namespace
 * of the thread that opens it. One caller at a time.
 */
final class Netlink implements AutoCloseable {
    static final int NETLINK_ROUTE = 0;
    static final int NETLINK_NETFILTER = 12;

    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;

    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLM_F_CAPPED = 0x100;
    private static final int NLM_F_ACK_TLVS = 0x200;
    private static final int NLMSGERR_ATTR_MSG = 1;

    /** Time limit of an answer. The kernel answers at once, so only a bug in this class can reach the limit. */
    private static final int ANSWER_TIMEOUT_MS = 5000;
    /** Bytes of the receive buffer; the parts of a dump have at most 32 KB. */
    private static final int BUFFER_BYTES = 65536;

    private final Socket socket;
    private final MemorySegment memory = Arena.ofAuto().allocate(BUFFER_BYTES, 8);
    private final ByteBuffer buffer = memory.asByteBuffer().order(ByteOrder.nativeOrder());
    private int sequence;

    /** Handles one received message: its type and the payload after {@code struct nlmsghdr}. */
    interface Receiver {
        void message(int type, ByteBuffer payload);
    }

    /** @param groups legacy bit mask of the notification groups (1 to 32) to join */
    Netlink(int protocol, int groups) {
        socket = Socket.open(Socket.AF_NETLINK, Socket.SOCK_RAW, protocol);
        try {
            socket.setOption(SOL_NETLINK, NETLINK_CAP_ACK, 1);
            socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
            socket.bind(SocketAddress.netlink(groups));
        } catch (LinuxException e) {
            socket.close();
            throw e;
        }
    }

    Fd fd() {
        return socket.fd();
    }

    Socket socket() {
        return socket;
    }

    /**
     * Sends one request and waits until the kernel has acknowledged it.
     *
     * @param call name of the request, for the exception
     * @param about object of the request, for the exception
     * @throws LinuxException if the kernel refuses
     */
    void request(NetlinkMessage message, String call, String about) {
        message.addFlags(NetlinkMessage.NLM_F_ACK);
        exchange(List.of(message), (_, _) -> {
        }, call, about);
    }

    /** Sends a request whose answers end with "done" or an acknowledgement. */
    void dump(NetlinkMessage message, Receiver receiver, String call, String about) {
        exchange(List.of(message), receiver, call, about);
    }

    /**
     * Sends several messages in one datagram and waits for one acknowledgement: that of the last message before the
     * final {@code trailers} messages.
     */
    void batch(List<NetlinkMessage> messages, int trailers, String call, String about) {
        messages.get(messages.size() - 1 - trailers).addFlags(NetlinkMessage.NLM_F_ACK);
        exchange(messages, (_, _) -> {
        }, call, about);
    }

    private void exchange(List<NetlinkMessage> messages, Receiver receiver, String call, String about) {
        int first = sequence + 1;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (NetlinkMessage message : messages) {
            bytes.writeBytes(message.bytes(++sequence));
        }
        buffer.clear().put(bytes.toByteArray());
        LinuxException.check(socket.send(memory.address(), bytes.size(), 0), call, about);
        boolean done = false;
        while (!done) {
            if (LinuxException.check(socket.fd().poll(Fd.POLLIN, ANSWER_TIMEOUT_MS), call, about) == 0) {
                throw new LinuxException(Errno.ETIMEDOUT, call, about);
            }
            long received = socket.receive(memory.address(), BUFFER_BYTES, 0);
            if (received != -Errno.EAGAIN && received != -Errno.EINTR) {
                done = answers((int) LinuxException.check(received, call, about), first, receiver, call, about);
            }
        }
    }

    /** Passes the messages of one datagram to the receiver; true when the last message of the answer was received. */
    private boolean answers(int bytes, int first, Receiver receiver, String call, String about) {
        for (int at = 0; bytes - at >= NetlinkMessage.HEADER_BYTES;) {
            int length = buffer.getInt(at);
            if (length < NetlinkMessage.HEADER_BYTES || length > bytes - at) {
                throw new LinuxException(Errno.EPROTO, call, about);
            }
            int type = buffer.getShort(at + 4) & 0xffff;
            if (buffer.getInt(at + NetlinkMessage.SEQUENCE_OFFSET) - first >= 0) {
                if (type == NLMSG_ERROR) {
                    throwIfError(at, length, call, about);
                    return true;
                }
                if (type == NLMSG_DONE) {
                    return true;
                }
                receiver.message(type, payload(at, length));
            }
            at += length + 3 & ~3;
        }
        return false;
    }

    private void throwIfError(int at, int length, String call, String about) {
        int error = buffer.getInt(at + NetlinkMessage.HEADER_BYTES);
        if (error == 0) {
            return;
        }
        int flags = buffer.getShort(at + NetlinkMessage.FLAGS_OFFSET);
        int quotedAt = at + NetlinkMessage.HEADER_BYTES + 4;
        int quotedBytes = (flags & NLM_F_CAPPED) != 0 ? NetlinkMessage.HEADER_BYTES : buffer.getInt(quotedAt);
        StringBuilder detail = new StringBuilder();
        if ((flags & NLM_F_ACK_TLVS) != 0 && quotedAt + quotedBytes <= at + length) {
            ByteBuffer attributes = buffer.slice(quotedAt + quotedBytes, at + length - quotedAt - quotedBytes)
                    .order(ByteOrder.nativeOrder());
            NetlinkAttributes.forEach(attributes, (type, value) -> {
                if (type == NLMSGERR_ATTR_MSG) {
                    detail.append(NetlinkAttributes.text(value));
                }
            });
        }
        throw detail.isEmpty()
                ? new LinuxException(error, call, about)
                : new LinuxException(error, call, about, detail.toString());
    }

    /**
     * Passes the pending notifications to the receiver; returns 0 when there are no more, or the negative errno ({@code
     * -ENOBUFS}: some were lost).
     */
    int notifications(Receiver receiver) {
        while (true) {
            int bytes = (int) socket.receive(memory.address(), BUFFER_BYTES, 0);
            if (bytes < 0) {
                return bytes == -Errno.EAGAIN ? 0 : bytes;
            }
            for (int at = 0; bytes - at >= NetlinkMessage.HEADER_BYTES;) {
                int length = buffer.getInt(at);
                if (length < NetlinkMessage.HEADER_BYTES || length > bytes - at) {
                    return -Errno.EPROTO;
                }
                receiver.message(buffer.getShort(at + 4) & 0xffff, payload(at, length));
                at += length + 3 & ~3;
            }
        }
    }

    private ByteBuffer payload(int at, int length) {
        return buffer.slice(at + NetlinkMessage.HEADER_BYTES, length - NetlinkMessage.HEADER_BYTES)
                .order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        socket.close();
    }
}
