package net.weft.examples.attack;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import net.weft.linux.Fd;

/** Ways in which one process can change a file or eventfd that it shares with another. */
final class FileTricks {
    private static final int F_SETLEASE = 1024;
    private static final int F_WRLCK = 1;
    private static final int EFD_SEMAPHORE = 1;
    private static final MethodHandle FCNTL = handle("fcntl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle EVENTFD = handle("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private FileTricks() {
    }

    private static MethodHandle handle(String name, FunctionDescriptor type, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
    }

    /**
     * Takes a write lease: every process that opens the file waits, 45 s by default. Returns false where the kernel
     * grants none.
     */
    static boolean lease(Fd file) {
        try {
            return (int) FCNTL.invokeExact(file.number(), F_SETLEASE, F_WRLCK) == 0;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    /** Makes a blocking eventfd that decreases by one with each read. */
    static Fd semaphore(int count) {
        try {
            return new Fd((int) EVENTFD.invokeExact(count, EFD_SEMAPHORE));
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }
}
