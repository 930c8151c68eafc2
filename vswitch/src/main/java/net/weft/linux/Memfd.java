package net.weft.linux;

import java.lang.foreign.Arena;

/** Anonymous memory behind a file descriptor that can be passed to another process. */
public final class Memfd {
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;

    private Memfd() {
    }

    /**
     * Creates an anonymous file of {@code bytes} zeroes.
     *
     * @param name name displayed in /proc only
     * @throws LinuxException if there is not enough memory
     */
    public static Fd create(String name, long bytes) {
        return create(name, bytes, MFD_CLOEXEC);
    }

    /** Creates a file like {@link #create} that can be sealed: see {@link Fd#seal}. */
    public static Fd createSealable(String name, long bytes) {
        return create(name, bytes, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    }

    private static Fd create(String name, long bytes, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            Fd fd = new Fd(LinuxException.check(FileCalls.memfdCreate(arena.allocateFrom(name).address(), flags),
                    "memfd_create", name));
            try {
                fd.truncate(bytes);
            } catch (LinuxException e) {
                fd.close();
                throw e;
            }
            return fd;
        }
    }
}
