package net.weft.linux;

import java.lang.foreign.Arena;

/** Anonymous memory behind a file descriptor that can be passed to another process. */
public final class Memfd {
    private static final int MFD_CLOEXEC = 1;

    private Memfd() {
    }

    /**
     * Makes {@code bytes} of zeroes.
     *
     * @param name shown in /proc only
     * @throws LinuxException if there is not enough memory
     */
    public static Fd create(String name, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            Fd fd = new Fd(LinuxException.check(FileCalls.memfdCreate(arena.allocateFrom(name).address(), MFD_CLOEXEC),
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
