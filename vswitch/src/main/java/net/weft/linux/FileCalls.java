package net.weft.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * System calls on file descriptors and mappings. All return the negative errno on failure; the caller guarantees that
 * addresses are valid.
 */
final class FileCalls {
    private static final int RWF_NOWAIT = 0x8;
    private static final int AT_EMPTY_PATH = 0x1000;

    private static final MethodHandle OPEN = Native.variadic("open", 2,
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE = Native.handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle READ = Native.handle("read",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle WRITE = Native.handle("write",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle READV = Native.handle("readv",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle WRITEV = Native.handle("writev",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle FCNTL = Native.variadic("fcntl", 2,
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle IOCTL = Native.variadic("ioctl", 2,
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MMAP = Native.handle("mmap",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP = Native.handle("munmap",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MADVISE = Native.handle("madvise",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle PREAD = Native.handle("pread",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PREADV2 = Native.handle("preadv2",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle STATX = Native.handle("statx",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle FTRUNCATE = Native.handle("ftruncate",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle FALLOCATE = Native.handle("fallocate",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MEMFD_CREATE = Native.handle("memfd_create",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT));

    private FileCalls() {
    }

    static int open(long path, int flags, int mode) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) OPEN.invokeExact(state, path, flags, mode), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int close(int fd) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) CLOSE.invokeExact(state, fd), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static long read(int fd, long address, long bytes) {
        MemorySegment state = Native.state();
        try {
            return Native.result((long) READ.invokeExact(state, fd, address, bytes), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static long write(int fd, long address, long bytes) {
        MemorySegment state = Native.state();
        try {
            return Native.result((long) WRITE.invokeExact(state, fd, address, bytes), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static long readv(int fd, long iovecs, int count) {
        MemorySegment state = Native.state();
        try {
            return Native.result((long) READV.invokeExact(state, fd, iovecs, count), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static long writev(int fd, long iovecs, int count) {
        MemorySegment state = Native.state();
        try {
            return Native.result((long) WRITEV.invokeExact(state, fd, iovecs, count), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** Reads eight bytes through the calling thread's scratch area; for eventfds and timers. */
    static long readLong(int fd) {
        MemorySegment state = Native.state();
        try {
            long n = Native.result((long) READ.invokeExact(state, fd, Native.scratch(state), 8L), state);
            return n < 0 ? n : counter(Memory.getLong(Native.scratch(state)));
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static long writeLong(int fd, long value) {
        MemorySegment state = Native.state();
        Memory.putLong(Native.scratch(state), value);
        try {
            return Native.result((long) WRITE.invokeExact(state, fd, Native.scratch(state), 8L), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int fcntl(int fd, int command, int argument) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) FCNTL.invokeExact(state, fd, command, argument), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int ioctl(int fd, long request, long argument) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) IOCTL.invokeExact(state, fd, request, argument), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static long mmap(long bytes, int protection, int flags, int fd, long offset) {
        MemorySegment state = Native.state();
        try {
            return Native.result((long) MMAP.invokeExact(state, 0L, bytes, protection, flags, fd, offset), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int munmap(long address, long bytes) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) MUNMAP.invokeExact(state, address, bytes), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int madvise(long address, long bytes, int advice) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) MADVISE.invokeExact(state, address, bytes, advice), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static long pread(int fd, long address, long bytes, long offset) {
        MemorySegment state = Native.state();
        try {
            return Native.result((long) PREAD.invokeExact(state, fd, address, bytes, offset), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** Limits an unsigned counter to {@code Long.MAX_VALUE}. */
    private static long counter(long value) {
        return value < 0 ? Long.MAX_VALUE : value;
    }

    /** Reads eight bytes like {@link #readLong}, but never blocks, whatever flags the open file has. */
    static long readLongNow(int fd) {
        MemorySegment state = Native.state();
        long iovec = Native.scratch(state);
        Iovecs.set(iovec, iovec + Iovecs.BYTES, Long.BYTES);
        try {
            long n = Native.result((long) PREADV2.invokeExact(state, fd, iovec, 1, -1L, RWF_NOWAIT), state);
            return n < 0 ? n : counter(Memory.getLong(iovec + Iovecs.BYTES));
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** Writes the {@code struct statx} of an open file to an address. */
    static int statx(int fd, long emptyPath, int mask, long status) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) STATX.invokeExact(state, fd, emptyPath, AT_EMPTY_PATH, mask, status), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int ftruncate(int fd, long bytes) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) FTRUNCATE.invokeExact(state, fd, bytes), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int fallocate(int fd, int mode, long offset, long bytes) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) FALLOCATE.invokeExact(state, fd, mode, offset, bytes), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int memfdCreate(long name, int flags) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) MEMFD_CREATE.invokeExact(state, name, flags), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }
}
