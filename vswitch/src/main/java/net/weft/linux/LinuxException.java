package net.weft.linux;

/** A kernel call of the control plane failed. The message names the call, what it was about and what the error number means. */
public final class LinuxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;
    private final String call;
    private final String about;

    /**
     * @param errno one of {@link Errno}, in either sign
     * @param call the kernel's name of the call, for example {@code open}
     * @param about the path, address or device it was about
     */
    public LinuxException(int errno, String call, String about) {
        super(call + " " + about + ": " + Errno.strerror(errno));
        this.errno = Math.abs(errno);
        this.call = call;
        this.about = about;
    }

    /** With a sentence of the kernel's own, or of ours, that says more than the number. */
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

    /** Passes a result through, or throws if it is a negative errno. */
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
