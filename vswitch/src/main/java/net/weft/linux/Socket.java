package net.weft.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A socket of any family, non-blocking and close-on-exec. Set-up calls throw; {@link #send}, {@link #receive} and
 * {@link MessageVector} return the negative errno, {@code -EAGAIN} when nothing is ready. Sending to a closed stream
 * returns {@code -EPIPE}; no signal is raised.
 */
public final class Socket implements AutoCloseable {
    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int AF_NETLINK = 16;
    public static final int AF_PACKET = 17;

    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_SEQPACKET = 5;
    /** Bytes of {@code struct ucred}: process, user and group. */
    private static final int CREDENTIALS_BYTES = 12;
    private static final int SOCK_FLAGS = Fd.O_NONBLOCK | Fd.O_CLOEXEC;

    public static final int SOL_SOCKET = 1;
    public static final int SO_REUSEADDR = 2;
    public static final int SO_ERROR = 4;
    public static final int SO_SNDBUF = 7;
    public static final int SO_RCVBUF = 8;
    private static final int SO_PEERCRED = 17;
    /** Buffer sizes beyond the system's limit; setting them needs CAP_NET_ADMIN. */
    public static final int SO_SNDBUFFORCE = 32;
    public static final int SO_RCVBUFFORCE = 33;
    public static final int SOL_UDP = 17;
    public static final int UDP_SEGMENT = 103;
    public static final int UDP_GRO = 104;

    public static final int MSG_PEEK = 0x2;
    public static final int MSG_CTRUNC = 0x8;
    /** Receive flag: return the frame's true length even if the buffer is shorter. */
    public static final int MSG_TRUNC = 0x20;
    public static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private final Fd fd;

    private Socket(Fd fd) {
        this.fd = fd;
    }

    /** @throws LinuxException if the kernel does not support the family, or it needs a privilege */
    public static Socket open(int family, int type, int protocol) {
        int number = SocketCalls.socket(family, type | SOCK_FLAGS, protocol);
        return new Socket(new Fd(LinuxException.check(number, "socket", "of family " + family + ", type " + type)));
    }

    /** Creates two connected Unix-domain sockets. */
    public static Socket[] pair(int type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(8, 4);
            LinuxException.check(SocketCalls.socketpair(AF_UNIX, type | SOCK_FLAGS, 0, pair.address()), "socketpair",
                    "type " + type);
            return new Socket[]{new Socket(new Fd(pair.get(ValueLayout.JAVA_INT, 0))),
                    new Socket(new Fd(pair.get(ValueLayout.JAVA_INT, 4)))};
        }
    }

    public Fd fd() {
        return fd;
    }

    /** @throws LinuxException among others with {@link Errno#EADDRINUSE} */
    public void bind(SocketAddress address) {
        try (Arena arena = Arena.ofConfined()) {
            int result = SocketCalls.bind(fd.number(), address.allocate(arena).address(), address.bytes());
            LinuxException.check(result, "bind", address.toString());
        }
    }

    /**
     * Connects the socket, or starts connecting.
     *
     * @return false if the connection is in progress: wait until the socket is writable, then check {@link #error()}
     * @throws LinuxException if refused at once; {@link Errno#EAGAIN} means that a Unix-domain listener's queue is
     *     full, try later
     */
    public boolean connect(SocketAddress address) {
        try (Arena arena = Arena.ofConfined()) {
            int result = SocketCalls.connect(fd.number(), address.allocate(arena).address(), address.bytes());
            if (result == -Errno.EINPROGRESS) {
                return false;
            }
            LinuxException.check(result, "connect", address.toString());
            return true;
        }
    }

    public void listen(int backlog) {
        LinuxException.check(SocketCalls.listen(fd.number(), backlog), "listen", fd.toString());
    }

    /** Accepts the next connection; null if none is pending. A connection that was aborted meanwhile counts as none. */
    public @Nullable Socket accept() {
        int number = SocketCalls.accept(fd.number(), SOCK_FLAGS);
        return switch (-number) {
            case Errno.EAGAIN, Errno.ECONNABORTED, Errno.EINTR -> null;
            default -> new Socket(new Fd(LinuxException.check(number, "accept4", fd.toString())));
        };
    }

    /** Returns and clears the pending error of the socket: 0 or an {@link Errno}. */
    public int error() {
        return option(SOL_SOCKET, SO_ERROR);
    }

    public void option(int level, int name, int value) {
        int result = setOption(level, name, value);
        LinuxException.check(result, "setsockopt", "level " + level + ", option " + name + " = " + value);
    }

    /** Sets an option that a kernel may lack; returns 0 or the negative errno. */
    public int setOption(int level, int name, int value) {
        try (Arena arena = Arena.ofConfined()) {
            return SocketCalls.setsockopt(fd.number(), level, name,
                    arena.allocateFrom(ValueLayout.JAVA_INT, value).address(), 4);
        }
    }

    public void option(int level, int name, MemorySegment value) {
        int result = SocketCalls.setsockopt(fd.number(), level, name, value.address(), (int) value.byteSize());
        LinuxException.check(result, "setsockopt", "level " + level + ", option " + name);
    }

    public int option(int level, int name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(4, 4);
            readOption(level, name, value);
            return value.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /** Reads an option into {@code value}; returns the number of bytes that the kernel wrote. */
    public int readOption(int level, int name, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) value.byteSize());
            int result = SocketCalls.getsockopt(fd.number(), level, name, value.address(), length.address());
            LinuxException.check(result, "getsockopt", "level " + level + ", option " + name);
            return length.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /** Returns the ID of the process that connected to a Unix socket, or listened on it; 0 if it is not to be seen here. */
    public int peerProcess() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment credentials = arena.allocate(CREDENTIALS_BYTES, 4);
            readOption(SOL_SOCKET, SO_PEERCRED, credentials);
            return credentials.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /**
     * Requests buffers of these sizes in bytes, beyond the system's limit if permitted; otherwise the kernel reduces
     * them to the limit.
     */
    public void bufferBytes(int receive, int send) {
        if (setOption(SOL_SOCKET, SO_RCVBUFFORCE, receive) < 0) {
            option(SOL_SOCKET, SO_RCVBUF, receive);
        }
        if (setOption(SOL_SOCKET, SO_SNDBUFFORCE, send) < 0) {
            option(SOL_SOCKET, SO_SNDBUF, send);
        }
    }

    /** Sends a message; returns the bytes sent, or the negative errno. */
    public long send(long address, long bytes, int flags) {
        return SocketCalls.send(fd.number(), address, bytes, flags | MSG_NOSIGNAL);
    }

    /** Receives a message; returns the bytes received, 0 if the peer of a stream has closed, or the negative errno. */
    public long receive(long address, long bytes, int flags) {
        return SocketCalls.recv(fd.number(), address, bytes, flags);
    }

    @Override
    public void close() {
        fd.close();
    }
}
