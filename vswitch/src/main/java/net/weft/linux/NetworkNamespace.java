package net.weft.linux;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A network namespace, held by an open descriptor. Sockets and devices that a thread makes inside stay there, wherever they are used
 * later, and so do the threads it starts. A namespace that {@link #create} made ends with its last socket and this object.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final String OWN = "/proc/thread-self/ns/net";

    private final Fd fd;
    private final String about;

    private NetworkNamespace(Fd fd, String about) {
        this.fd = fd;
        this.about = about;
    }

    /** A fresh one, empty but for a loopback device that is down. Needs CAP_SYS_ADMIN. */
    public static NetworkNamespace create() {
        return onThread(() -> {
            LinuxException.check(ThreadCalls.unshare(CLONE_NEWNET), "unshare", "network namespace");
            return new NetworkNamespace(Fd.open(OWN, Fd.O_RDONLY), "new network namespace");
        });
    }

    /** An existing one, for example {@code /run/netns/blue}. */
    public static NetworkNamespace open(String path) {
        return new NetworkNamespace(Fd.open(path, Fd.O_RDONLY), path);
    }

    /** Does the work on a platform thread of its own inside, and waits for it; its unchecked exceptions come back as they were. */
    public <T> T call(Callable<T> work) {
        return onThread(() -> {
            LinuxException.check(ThreadCalls.setns(fd.number(), CLONE_NEWNET), "setns", about);
            return work.call();
        });
    }

    /** As {@link #call}, for work without a result. */
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

    /** The namespace itself lives on while sockets, devices or threads are in it. */
    @Override
    public void close() {
        fd.close();
    }
}
