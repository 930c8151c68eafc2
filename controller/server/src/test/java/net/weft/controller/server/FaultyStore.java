package net.weft.controller.server;

import java.util.List;
import java.util.Optional;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionHeader;
import org.jspecify.annotations.Nullable;

/** A store on a disk that may be full, or that answers only after the write was given up. */
final class FaultyStore implements RevisionStore {
    private final RevisionStore store;
    private final Disk disk;
    private Runnable found = () -> {
    };
    private @Nullable Runnable held;

    /** The faults that the disk of this store can have. */
    static final class Disk {
        boolean isFull;
        boolean isLate;
    }

    FaultyStore(RevisionStore store, Disk disk) {
        this.store = store;
        this.disk = disk;
    }

    private void write(Runnable write) {
        if (disk.isFull) {
            throw new StoreException("no space left on device", null);
        }
        if (disk.isLate) {
            held = write;
            throw new StoreException("the disk has not answered in time", null);
        }
        write.run();
    }

    /** The disk answers: the write that was given up last is done. */
    void land() {
        disk.isLate = false;
        Runnable write = held;
        if (write == null) {
            throw new AssertionError("no write was given up");
        }
        write.run();
        found.run();
    }

    @Override
    public void onFound(Runnable listener) {
        found = listener;
    }

    @Override
    public Optional<Revision> last() {
        return store.last();
    }

    @Override
    public Optional<Revision> get(long number) {
        return store.get(number);
    }

    @Override
    public List<RevisionHeader> headers(long before, int limit) {
        return store.headers(before, limit);
    }

    @Override
    public List<Long> numbers() {
        return store.numbers();
    }

    @Override
    public Optional<byte[]> bytes(long number) {
        return store.bytes(number);
    }

    @Override
    public void begin(Revision newest, EarlierRevisions before) {
        write(() -> store.begin(newest, before));
    }

    @Override
    public void append(Revision revision, long expectedLast) {
        write(() -> store.append(revision, expectedLast));
    }

    @Override
    public void amend(Revision revision) {
        write(() -> store.amend(revision));
    }

    @Override
    public Follower follow(long from) {
        return store.follow(from);
    }

    @Override
    public void close() {
        store.close();
    }
}
