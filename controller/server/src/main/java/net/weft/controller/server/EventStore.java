package net.weft.controller.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import net.weft.v1.Event;

/**
 * Keeps events on disk, on a thread of its own, {@code weft-events}, so that a slow or full disk holds nobody up. Events that the disk
 * does not take in time are lost from the disk, with a line in the log; the log and the memory have them.
 */
public final class EventStore implements AutoCloseable {
    /** Bytes at which one of the two files of events is full. */
    private static final long MOST_BYTES = 4L << 20;
    private static final int WAITING = 10_000;
    private static final long CLOSE_MILLIS = 1000;
    /** Positions are taken up at the next multiple of it after a run that may have given out more of them than it wrote. */
    private static final long SKIP = 1_000_000;
    private static final System.Logger LOG = System.getLogger(EventStore.class.getName());

    private final EventFile file;
    private final List<Event> earlier;
    private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(WAITING);
    private final Thread writer = Thread.ofPlatform().daemon().name("weft-events").unstarted(this::write);
    private final long position;
    private volatile boolean closing;
    private volatile boolean hasLost;
    private boolean failing;

    private EventStore(EventFile file, List<Event> earlier, boolean isWhole) {
        this.file = file;
        this.earlier = List.copyOf(earlier);
        long last = earlier.isEmpty() ? 0 : earlier.getLast().getPosition();
        position = isWhole || last == 0 ? last : (last / SKIP + 1) * SKIP;
    }

    /**
     * Opens the events of a data directory. Files that cannot be read count as empty, with a line in the log.
     *
     * @param data the data directory, which the caller has locked
     */
    public static EventStore open(Path data) {
        EventFile file = new EventFile(data.resolve("events"), MOST_BYTES);
        List<Event> earlier = List.of();
        boolean isWhole = false;
        try {
            earlier = file.read(Events.KEPT);
            isWhole = file.wasClosed();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "earlier events cannot be read: " + FileErrors.of(e));
        }
        EventStore store = new EventStore(file, earlier, isWhole);
        store.writer.start();
        return store;
    }

    /** Returns the newest events from before the start, in the order of time. */
    List<Event> earlier() {
        return earlier;
    }

    /** Returns the position behind which those of this run begin: no earlier run has given out a higher one. */
    long position() {
        return position;
    }

    /** Adds an event. Any thread; returns at once. */
    void add(Event event) {
        if (!waiting.offer(event)) {
            hasLost = true;
            LOG.log(System.Logger.Level.WARNING,
                    "an event is not written, because the disk is too slow: " + event.getSubject());
        }
    }

    private void write() {
        try {
            while (!closing || !waiting.isEmpty()) {
                Event event = waiting.poll(CLOSE_MILLIS / 10, TimeUnit.MILLISECONDS);
                if (event != null) {
                    write(event);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Event event) {
        try {
            file.write(event);
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.log(System.Logger.Level.WARNING, "events cannot be written: " + FileErrors.of(e));
            }
            failing = true;
            hasLost = true;
        }
    }

    /** Writes what waits, for a second at most. */
    @Override
    public void close() {
        closing = true;
        try {
            writer.join(CLOSE_MILLIS);
            if (!writer.isAlive() && waiting.isEmpty() && !hasLost) {
                file.close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the next run begins with another million of positions", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
