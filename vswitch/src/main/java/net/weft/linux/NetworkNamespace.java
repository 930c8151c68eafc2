package net.weft.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A network namespace, held by an open descriptor. Sockets and devices that a thread creates inside the namespace stay
 * in it, wherever they are used later, and so do threads that it starts. A namespace made by {@link #create} ends when
 * this object and its last socket are closed.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final String OWN = "/proc/thread-self/ns/net";
    private static final Path NAMED = Path.of("/run/netns");
    private static final Path PROCESSES = Path.of("/proc");

    private final Fd fd;
    private final String about;

    private NetworkNamespace(Fd fd, String about) {
        this.fd = fd;
        this.about = about;
    }

    /** Creates a new namespace, which has only a loopback device that is down. Needs CAP_SYS_ADMIN. */
    public static NetworkNamespace create() {
        return onThread(() -> {
            LinuxException.check(ThreadCalls.unshare(CLONE_NEWNET), "unshare", "network namespace");
            return new NetworkNamespace(Fd.open(OWN, Fd.O_RDONLY), "new network namespace");
        });
    }

    /** Opens an existing namespace, for example {@code /run/netns/blue}. */
    public static NetworkNamespace open(String path) {
        return new NetworkNamespace(Fd.open(path, Fd.O_RDONLY), path);
    }

    /**
     * Returns the kernel's name of the calling thread's namespace, for example {@code net:[4026531840]}. It is unique
     * among existing namespaces.
     */
    public static String own() {
        try {
            return Files.readSymbolicLink(Path.of(OWN)).toString();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + OWN, e);
        }
    }

    /**
     * Returns the namespaces that have a path: those of processes that the caller may inspect, and those below {@code
     * /run/netns}. A namespace that is kept alive only by sockets is not included.
     *
     * @return map from the name that {@link #own} returns inside the namespace to a path for {@link #open}
     */
    public static Map<String, String> paths() {
        Map<String, String> paths = new LinkedHashMap<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(NAMED)) {
            for (Path name : names) {
                paths.putIfAbsent("net:[" + Files.getAttribute(name, "unix:ino") + "]", name.toString());
            }
        } catch (IOException | DirectoryIteratorException e) {
            System.getLogger(NetworkNamespace.class.getName()).log(System.Logger.Level.DEBUG, "no named namespaces", e);
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : processes) {
                addProcess(paths, process.resolve("ns/net"));
            }
        } catch (IOException | DirectoryIteratorException e) {
            System.getLogger(NetworkNamespace.class.getName()).log(System.Logger.Level.DEBUG, "no processes", e);
        }
        return paths;
    }

    private static void addProcess(Map<String, String> paths, Path namespace) {
        try {
            paths.putIfAbsent(Files.readSymbolicLink(namespace).toString(), namespace.toString());
        } catch (IOException e) {
            // the process has ended, or belongs to another user
        }
    }

    /**
     * Runs the work on a new platform thread inside the namespace and waits for it. Unchecked exceptions of the work
     * are rethrown unchanged.
     */
    public <T> T call(Callable<T> work) {
        return onThread(() -> {
            LinuxException.check(ThreadCalls.setns(fd.number(), CLONE_NEWNET), "setns", about);
            return work.call();
        });
    }

    /** Runs work without a result; see {@link #call}. */
    public void run(Runnable work) {
        call(() -> {
            work.run();
            return this;
        });
    }

    private static <T> T onThread(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().name("network-namespace").daemon().start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException unchecked -> throw unchecked;
                case Error error -> throw error;
                case null, default ->
                    throw new IllegalStateException("work in a network namespace failed", e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while working in a network namespace", e);
        }
    }

    /** Closes the descriptor. The namespace itself exists as long as sockets, devices or threads are in it. */
    @Override
    public void close() {
        fd.close();
    }
}
