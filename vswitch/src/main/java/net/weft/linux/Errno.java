package net.weft.linux;

/**
 * Error numbers of Linux (asm-generic, the same on x86-64 and arm64). Calls of the packet path return them negated, so
 * a caller compares with {@code -Errno.EAGAIN}.
 */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int ENOTTY = 25;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int EPIPE = 32;
    public static final int ERANGE = 34;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ENODATA = 61;
    public static final int EPROTO = 71;
    public static final int EBADFD = 77;
    public static final int ENOTSOCK = 88;
    public static final int EDESTADDRREQ = 89;
    public static final int EMSGSIZE = 90;
    public static final int EPROTOTYPE = 91;
    public static final int ENOPROTOOPT = 92;
    public static final int EPROTONOSUPPORT = 93;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ECONNABORTED = 103;
    public static final int ECONNRESET = 104;
    public static final int ENOBUFS = 105;
    public static final int EISCONN = 106;
    public static final int ENOTCONN = 107;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTUNREACH = 113;
    public static final int EALREADY = 114;
    public static final int EINPROGRESS = 115;

    private Errno() {
    }

    /**
     * Returns the meaning of an error number with its symbol: {@code no such file or directory (ENOENT)}. Accepts
     * either sign.
     */
    public static String strerror(int errno) {
        return switch (Math.abs(errno)) {
            case EPERM -> "operation not permitted (EPERM)";
            case ENOENT -> "no such file or directory (ENOENT)";
            case EINTR -> "interrupted by a signal (EINTR)";
            case EIO -> "input/output error, or the device is down (EIO)";
            case ENXIO -> "no such device or address (ENXIO)";
            case EBADF -> "the file descriptor is closed or of the wrong kind (EBADF)";
            case EAGAIN -> "nothing ready right now (EAGAIN)";
            case ENOMEM -> "out of memory (ENOMEM)";
            case EACCES -> "permission denied (EACCES)";
            case EFAULT -> "bad memory address (EFAULT)";
            case EBUSY -> "device or resource busy (EBUSY)";
            case EEXIST -> "already exists (EEXIST)";
            case ENODEV -> "no such device (ENODEV)";
            case ENOTDIR -> "a part of the path is not a directory (ENOTDIR)";
            case EISDIR -> "is a directory (EISDIR)";
            case EINVAL -> "the kernel refuses an argument (EINVAL)";
            case ENFILE -> "too many open files on this machine (ENFILE)";
            case EMFILE -> "too many open files in this process (EMFILE)";
            case ENOTTY -> "the device does not know this request (ENOTTY)";
            case ENOSPC -> "no space left (ENOSPC)";
            case EROFS -> "read-only file system (EROFS)";
            case EPIPE -> "the other end is closed (EPIPE)";
            case ERANGE -> "value out of range (ERANGE)";
            case ENAMETOOLONG -> "name too long (ENAMETOOLONG)";
            case ENOSYS -> "this kernel lacks the call (ENOSYS)";
            case ENODATA -> "no data available (ENODATA)";
            case EPROTO -> "protocol error (EPROTO)";
            case EBADFD -> "the file descriptor is in the wrong state (EBADFD)";
            default -> network(Math.abs(errno));
        };
    }

    private static String network(int errno) {
        return switch (errno) {
            case ENOTSOCK -> "not a socket (ENOTSOCK)";
            case EDESTADDRREQ -> "destination address required (EDESTADDRREQ)";
            case EMSGSIZE -> "message too long (EMSGSIZE)";
            case EPROTOTYPE -> "the socket at that address is of another type (EPROTOTYPE)";
            case ENOPROTOOPT -> "the kernel does not know this socket option (ENOPROTOOPT)";
            case EPROTONOSUPPORT -> "protocol not supported (EPROTONOSUPPORT)";
            case EOPNOTSUPP -> "operation not supported (EOPNOTSUPP)";
            case EAFNOSUPPORT -> "address family not supported (EAFNOSUPPORT)";
            case EADDRINUSE -> "address already in use (EADDRINUSE)";
            case EADDRNOTAVAIL -> "no device has that address (EADDRNOTAVAIL)";
            case ENETDOWN -> "the network device is down (ENETDOWN)";
            case ENETUNREACH -> "network unreachable (ENETUNREACH)";
            case ECONNABORTED -> "connection aborted (ECONNABORTED)";
            case ECONNRESET -> "connection reset by the peer (ECONNRESET)";
            case ENOBUFS -> "no buffer space left (ENOBUFS)";
            case EISCONN -> "already connected (EISCONN)";
            case ENOTCONN -> "not connected (ENOTCONN)";
            case ETIMEDOUT -> "timed out (ETIMEDOUT)";
            case ECONNREFUSED -> "nobody listens there (ECONNREFUSED)";
            case EHOSTUNREACH -> "host unreachable (EHOSTUNREACH)";
            case EALREADY -> "already in progress (EALREADY)";
            case EINPROGRESS -> "in progress (EINPROGRESS)";
            default -> "error number " + errno;
        };
    }
}
