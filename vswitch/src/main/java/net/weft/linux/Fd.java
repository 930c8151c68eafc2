package net.weft.linux;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An open file descriptor, which is closed once. Calls after {@link #close()} fail with {@link Errno#EBADF}. The owner
 * must not close it while another thread is inside a call, because the kernel may reuse the number. Every descriptor
 * created in this package is close-on-exec.
 */
public final class Fd implements AutoCloseable {
    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;

    public static final int POLLIN = 0x1;
    public static final int POLLOUT = 0x4;
    public static final int POLLERR = 0x8;
    public static final int POLLHUP = 0x10;
    public static final int POLLNVAL = 0x20;

    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;

    /** Seal: the file cannot shrink. */
    public static final int F_SEAL_SHRINK = 2;
    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;

    private static final VarHandle NUMBER;

    static {
        try {
            NUMBER = MethodHandles.lookup().findVarHandle(Fd.class, "number", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private int number;

    /** Takes ownership of a descriptor that came from the kernel. */
    public Fd(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("not a file descriptor: " + number);
        }
        this.number = number;
    }

    /**
     * Opens a file; if it is created, it has mode 0600.
     *
     * @throws LinuxException if the kernel refuses
     */
    public static Fd open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(path).address();
            return new Fd(LinuxException.check(FileCalls.open(name, flags | O_CLOEXEC, 0600), "open", path));
        }
    }

    /** The kernel's number, or -1 once closed. */
    public int number() {
        return number;
    }

    public boolean isOpen() {
        return number >= 0;
    }

    /** Reads up to {@code bytes}; returns the bytes read, 0 at the end of the stream, or the negative errno. */
    public long read(long address, long bytes) {
        return FileCalls.read(number, address, bytes);
    }

    /** Writes up to {@code bytes}; returns the bytes written, or the negative errno. */
    public long write(long address, long bytes) {
        return FileCalls.write(number, address, bytes);
    }

    /**
     * Reads into an array of {@code struct iovec} (see {@link Iovecs}); returns the bytes read, or the negative errno.
     */
    public long readv(long iovecs, int count) {
        return FileCalls.readv(number, iovecs, count);
    }

    /**
     * Writes from an array of {@code struct iovec} (see {@link Iovecs}); returns the bytes written, or the negative
     * errno.
     */
    public long writev(long iovecs, int count) {
        return FileCalls.writev(number, iovecs, count);
    }

    /** Calls ioctl(2); returns its non-negative result, or the negative errno. */
    public int ioctl(long request, long argument) {
        return FileCalls.ioctl(number, request, argument);
    }

    /**
     * Waits for at most {@code timeoutMs} (negative: forever); returns the ready events, 0 after the timeout, or the
     * negative errno.
     */
    public int poll(int events, int timeoutMs) {
        return PollCalls.poll(number, events, timeoutMs);
    }

    /** @throws LinuxException if the descriptor is closed */
    public void nonBlocking(boolean on) {
        int flags = LinuxException.check(FileCalls.fcntl(number, F_GETFL, 0), "fcntl", toString());
        int wanted = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
        LinuxException.check(FileCalls.fcntl(number, F_SETFL, wanted), "fcntl", toString());
    }

    /** @throws LinuxException if the file cannot have that size */
    public void truncate(long bytes) {
        LinuxException.check(FileCalls.ftruncate(number, bytes), "ftruncate", toString());
    }

    /**
     * Allocates space for the first {@code bytes} of a file and extends the file to this size if it is smaller, so that
     * later writes there, including those through a mapping, never find the file system full. The content is kept. Does
     * nothing if the file system does not support allocation.
     *
     * @throws LinuxException if the file system has too little space
     */
    public void allocate(long bytes) {
        int answer;
        do {
            answer = FileCalls.fallocate(number, 0, 0, bytes);
        } while (answer == -Errno.EINTR);
        if (answer != -Errno.EOPNOTSUPP) {
            LinuxException.check(answer, "fallocate", toString());
        }
    }

    /** Reads at an offset; returns the bytes read, 0 at the end of the file, or the negative errno. */
    public long readAt(long offset, long address, long bytes) {
        return FileCalls.pread(number, address, bytes, offset);
    }

    /**
     * Returns the seals of a memory file, a set of {@code F_SEAL_}… bits, or the negative errno: {@link Errno#EINVAL}
     * if the file does not support seals, because it is not a memfd or on tmpfs or hugetlbfs. Never blocks, whatever
     * the file.
     */
    public int seals() {
        return FileCalls.fcntl(number, F_GET_SEALS, 0);
    }

    /** Adds seals; returns 0 or the negative errno: {@link Errno#EPERM} if the file's creator forbids further seals. */
    public int seal(int seals) {
        return FileCalls.fcntl(number, F_ADD_SEALS, seals);
    }

    @Override
    public void close() {
        int open = (int) NUMBER.getAndSet(this, -1);
        if (open >= 0) {
            FileCalls.close(open);
        }
    }

    @Override
    public String toString() {
        return "fd " + number;
    }
}
