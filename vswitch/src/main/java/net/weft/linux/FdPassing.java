package net.weft.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Sends and receives bytes together with open files over a Unix-domain socket ({@code SCM_RIGHTS}), as vhost-user does. */
public final class FdPassing {
    /** Bytes of {@code struct cmsghdr}: length 8, level 4, type 4. The descriptors follow, 4 bytes each. */
    static final int CMSG_HEADER_BYTES = 16;
    private static final int SCM_RIGHTS = 1;
    private static final int MAX_FDS = 253;

    private FdPassing() {
    }

    /**
     * The result of {@link FdPassing#receive}.
     *
     * @param bytes bytes received, 0 if the peer has closed, or the negative
     * errno
     * @param files files received, which the receiver closes
     * @param truncated true if some files did not fit and were closed by the kernel
     */
    public record Received(int bytes, List<Fd> files, boolean truncated) {
    }

    /**
     * Sends {@code bytes}, at least one, with the files; returns the bytes sent, or the negative errno. The caller
     * keeps ownership of the files.
     */
    public static int send(Socket socket, long address, int bytes, List<Fd> files) {
        try (Arena arena = Arena.ofConfined()) {
            int controlBytes = controlBytes(files.size());
            MemorySegment message = message(arena, address, bytes, files.isEmpty() ? 0 : controlBytes);
            if (!files.isEmpty()) {
                long control = message.get(ValueLayout.JAVA_LONG, MessageVector.CONTROL_OFFSET);
                Memory.putLong(control, CMSG_HEADER_BYTES + 4L * files.size());
                Memory.putInt(control + 8, Socket.SOL_SOCKET);
                Memory.putInt(control + 12, SCM_RIGHTS);
                for (int i = 0; i < files.size(); i++) {
                    Memory.putInt(control + CMSG_HEADER_BYTES + 4L * i, files.get(i).number());
                }
            }
            return (int) SocketCalls.sendmsg(socket.fd().number(), message.address(), Socket.MSG_NOSIGNAL);
        }
    }

    /** Receives up to {@code bytes} and up to {@code maxFiles} files, which become close-on-exec. */
    public static Received receive(Socket socket, long address, int bytes, int maxFiles) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = message(arena, address, bytes, controlBytes(maxFiles));
            int received = (int) SocketCalls.recvmsg(socket.fd().number(), message.address(), Socket.MSG_CMSG_CLOEXEC);
            if (received < 0) {
                return new Received(received, List.of(), false);
            }
            int flags = message.get(ValueLayout.JAVA_INT, MessageVector.FLAGS_OFFSET);
            return new Received(received, files(message), (flags & Socket.MSG_CTRUNC) != 0);
        }
    }

    private static List<Fd> files(MemorySegment message) {
        List<Fd> files = new ArrayList<>();
        long at = message.get(ValueLayout.JAVA_LONG, MessageVector.CONTROL_OFFSET);
        long end = at + message.get(ValueLayout.JAVA_LONG, MessageVector.CONTROL_LENGTH_OFFSET);
        while (end - at >= CMSG_HEADER_BYTES) {
            long length = Memory.getLong(at);
            if (length < CMSG_HEADER_BYTES || length > end - at) {
                break;
            }
            if (Memory.getInt(at + 8) == Socket.SOL_SOCKET && Memory.getInt(at + 12) == SCM_RIGHTS) {
                for (long fd = at + CMSG_HEADER_BYTES; fd + 4 <= at + length; fd += 4) {
                    files.add(new Fd(Memory.getInt(fd)));
                }
            }
            at += (length + 7) & ~7;
        }
        return files;
    }

    private static int controlBytes(int files) {
        if (files < 0 || files > MAX_FDS) {
            throw new IllegalArgumentException(files + " files in one message; expected 0 to " + MAX_FDS);
        }
        return CMSG_HEADER_BYTES + (4 * files + 7 & ~7);
    }

    private static MemorySegment message(Arena arena, long address, int bytes, int controlBytes) {
        MemorySegment message = arena.allocate(MessageVector.HEADER_BYTES, 8);
        MemorySegment iovec = arena.allocate(Iovecs.BYTES, 8);
        Iovecs.set(iovec.address(), address, bytes);
        message.set(ValueLayout.JAVA_LONG, MessageVector.IOV_OFFSET, iovec.address());
        message.set(ValueLayout.JAVA_LONG, MessageVector.IOV_COUNT_OFFSET, 1);
        if (controlBytes > 0) {
            message.set(ValueLayout.JAVA_LONG, MessageVector.CONTROL_OFFSET, arena.allocate(controlBytes, 8).address());
            message.set(ValueLayout.JAVA_LONG, MessageVector.CONTROL_LENGTH_OFFSET, controlBytes);
        }
        return message;
    }
}
