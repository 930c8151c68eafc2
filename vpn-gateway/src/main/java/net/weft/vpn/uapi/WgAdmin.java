package net.weft.vpn.uapi;

/** Carries out what wg(8) asks for, as a commit like any other. Any thread; may wait. */
@FunctionalInterface
public interface WgAdmin {
    /** Done. */
    int OK = 0;

    /**
     * Returns {@link #OK}, or the errno that wg(8) shows: EINVAL, EADDRINUSE, EPERM, EAGAIN, ENOSPC. Nothing has changed then.
     *
     * @param user the user of the program that asks, as the kernel knows it
     */
    int set(WgSet set, String user);
}
