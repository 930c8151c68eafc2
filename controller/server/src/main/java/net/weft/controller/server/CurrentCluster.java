package net.weft.controller.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;

/** The names of the fabric as they are now: the ID stays, and each restore of a backup draws a new incarnation. Any thread. */
public final class CurrentCluster implements Supplier<Cluster> {
    private final Path data;
    private volatile Cluster cluster;

    private CurrentCluster(Path data, Cluster cluster) {
        this.data = data;
        this.cluster = cluster;
    }

    /**
     * Reads the names, or makes them where there are none.
     *
     * @param data the data directory, which the caller has locked
     * @throws StoreException if the file can be neither read nor made
     */
    public static CurrentCluster open(Path data) {
        return new CurrentCluster(data, Cluster.open(data));
    }

    @Override
    public Cluster get() {
        return cluster;
    }

    /**
     * Raises the generation and draws an incarnation. To be called before a backup is restored: a crash in between then costs only what
     * had to begin anew in any case. When this returns, it survives a crash of the host.
     *
     * @throws StoreException if the file cannot be written; nothing has changed then
     */
    public synchronized void restored() {
        try {
            cluster = cluster.next(data);
        } catch (IOException e) {
            throw new StoreException("nothing was restored, because the new generation of the fabric cannot be kept: "
                    + FileErrors.of(e), e);
        }
    }
}
