package net.weft.linux;

/**
 * Thrown when a kernel call of the control plane fails. The message names the call, its object and the meaning of the
 * error number.
 */
public final class LinuxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;
    private final String call;
    private final String about;

    /**
     * @param errno one of {@link Errno}, in either sign
     * @param call the kernel's name of the call, for example {@code open}
     * @param about the path, address or device that was the object of the call
     */
    public LinuxException(int errno, String call, String about) {
        super(call + " " + about + ": " + Errno.strerror(errno));
        this.errno = Math.abs(errno);
        this.call = call;
        this.about = about;
    }

    /** Creates an exception with a further explanation, by the kernel or by Weft. */
    LinuxException(int errno, String call, String about, String detail) {
        super(call + " " + about + ": " + Errno.strerror(errno) + ": " + detail);
        this.errno = Math.abs(errno);
        this.call = call;
        this.about = about;
    }

    /** Positive, one of {@link Errno}. */
    public int errno() {
        return errno;
    }

    public String call() {
        return call;
    }

    public String about() {
        return about;
    }

    /** Returns the result, or throws if it is a negative errno. */
    static int check(int result, String call, String about) {
        if (result < 0) {
            throw new LinuxException(result, call, about);
        }
        return result;
    }

    static long check(long result, String call, String about) {
        if (result < 0) {
            throw new LinuxException((int) result, call, about);
        }
        return result;
    }
}
