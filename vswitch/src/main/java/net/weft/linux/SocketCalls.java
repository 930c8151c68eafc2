package net.weft.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** System calls on sockets. All return the negative errno on failure. */
final class SocketCalls {
    private static final MethodHandle SOCKET = Native.handle("socket",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SOCKETPAIR = Native.handle("socketpair",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle BIND = Native.handle("bind",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle CONNECT = Native.handle("connect",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle LISTEN = Native.handle("listen",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle ACCEPT4 = Native.handle("accept4",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SETSOCKOPT = Native.handle("setsockopt",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle GETSOCKOPT = Native.handle("getsockopt",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SEND = Native.handle("send",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECV = Native.handle("recv",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SENDMSG = Native.handle("sendmsg",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECVMSG = Native.handle("recvmsg",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SENDMMSG = Native.handle("sendmmsg",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle RECVMMSG = Native.handle("recvmmsg",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));

    private SocketCalls() {
    }

    static int socket(int domain, int type, int protocol) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) SOCKET.invokeExact(state, domain, type, protocol), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** @param pair address of two ints */
    static int socketpair(int domain, int type, int protocol, long pair) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) SOCKETPAIR.invokeExact(state, domain, type, protocol, pair), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int bind(int fd, long address, int length) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) BIND.invokeExact(state, fd, address, length), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int connect(int fd, long address, int length) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) CONNECT.invokeExact(state, fd, address, length), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int listen(int fd, int backlog) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) LISTEN.invokeExact(state, fd, backlog), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int accept(int fd, int flags) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) ACCEPT4.invokeExact(state, fd, 0L, 0L, flags), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int setsockopt(int fd, int level, int name, long value, int length) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) SETSOCKOPT.invokeExact(state, fd, level, name, value, length), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** @param length address of an int: room in, bytes used out */
    static int getsockopt(int fd, int level, int name, long value, long length) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) GETSOCKOPT.invokeExact(state, fd, level, name, value, length), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static long send(int fd, long address, long bytes, int flags) {
        MemorySegment state = Native.state();
        try {
            return Native.result((long) SEND.invokeExact(state, fd, address, bytes, flags), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static long recv(int fd, long address, long bytes, int flags) {
        MemorySegment state = Native.state();
        try {
            return Native.result((long) RECV.invokeExact(state, fd, address, bytes, flags), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static long sendmsg(int fd, long message, int flags) {
        MemorySegment state = Native.state();
        try {
            return Native.result((long) SENDMSG.invokeExact(state, fd, message, flags), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static long recvmsg(int fd, long message, int flags) {
        MemorySegment state = Native.state();
        try {
            return Native.result((long) RECVMSG.invokeExact(state, fd, message, flags), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int sendmmsg(int fd, long vector, int count, int flags) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) SENDMMSG.invokeExact(state, fd, vector, count, flags), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** Calls recvmmsg without its timeout argument, because the kernel checks that timeout only between datagrams. */
    static int recvmmsg(int fd, long vector, int count, int flags) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) RECVMMSG.invokeExact(state, fd, vector, count, flags, 0L), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }
}
