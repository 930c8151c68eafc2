package net.weft.controller.server;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Conflict;
import net.weft.v1.Event;
import org.jspecify.annotations.Nullable;

/** Remembers what happened, the newest {@value #KEPT} events, each with a position that ascends over restarts. Any thread. */
public final class Events implements AutoCloseable {
    static final int KEPT = 1000;
    /** Longest reason of a refusal that is kept, in characters. */
    private static final int MAX_REASON = 500;
    private static final System.Logger AUDIT = System.getLogger(Audit.LOGGER);

    private final InstantSource clock;
    private final Consumer<Event> sink;
    private final Deque<Event> events = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();
    private WatchToken.@Nullable Source source;
    /** Position of the newest event that is not kept any more. */
    private long dropped;
    private long position;
    private boolean closed;

    /** Creates a memory that begins empty and ends with the process. */
    public Events(InstantSource clock) {
        this(clock, List.of(), 0, _ -> {
        });
    }

    /** Creates a memory of what a store has, to which it adds. */
    public Events(InstantSource clock, EventStore store) {
        this(clock, store.earlier(), store.position(), store::add);
    }

    private Events(InstantSource clock, List<Event> earlier, long position, Consumer<Event> sink) {
        this.clock = clock;
        this.sink = sink;
        this.position = position;
        events.addAll(earlier);
        dropped = earlier.isEmpty() ? position : earlier.getFirst().getPosition() - 1;
    }

    /** Names the process whose events they are. Events from then on have a token, with which a client may resume behind them. */
    public void resumable(Supplier<Cluster> cluster, int member, LongSupplier revision) {
        lock.lock();
        try {
            source = new WatchToken.Source(cluster, member, revision);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Events, and a token with which those after them are followed.
     *
     * @param token empty before {@link #resumable}
     */
    record Listing(List<Event> events, String token) {
    }

    /**
     * Returns the events that are kept.
     *
     * @param token only those behind it; empty: all
     * @throws io.grpc.StatusRuntimeException as {@link #resume}
     */
    Listing listing(String token) {
        lock.lock();
        try {
            return new Listing(token.isEmpty() ? all() : behind(resume(token)),
                    source == null ? "" : source.at(position).toString());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the position behind which a client resumes that has everything up to a token.
     *
     * @throws io.grpc.StatusRuntimeException if it cannot go on from there without a gap, with what is to be done
     */
    long resume(String token) {
        lock.lock();
        try {
            if (source == null) {
                throw ResumeRefusals.unknown(token);
            }
            WatchToken wanted = WatchToken.parse(token).orElseThrow(() -> ResumeRefusals.unreadable(token));
            ResumeRefusals.check(wanted, source.at(position));
            if (wanted.position() < dropped) {
                throw ResumeRefusals.tooOld(wanted.position(), dropped);
            }
            boolean isKept = wanted.position() == position || wanted.position() == dropped
                    || events.stream().anyMatch(event -> event.getPosition() == wanted.position());
            if (!isKept) {
                throw ResumeRefusals.lost(wanted.position());
            }
            return wanted.position();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the newest revision that the events tell of; empty: they are of before there were tokens, or there are none. */
    OptionalLong toldRevision() {
        lock.lock();
        try {
            return events.isEmpty()
                    ? OptionalLong.empty()
                    : WatchToken.parse(events.getLast().getToken()).stream().mapToLong(WatchToken::revision)
                            .findFirst();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds an event of this moment.
     *
     * @param kind {@code revision}, {@code refused}, {@code trial}, {@code conflict}, {@code port}, {@code lag} or {@code neighbor}
     * @param subject the object, such as {@code port web1}
     * @param message what happened, in a sentence
     * @param who the user who did it; empty: nobody
     */
    public void add(String kind, String subject, String message, String who) {
        add(Event.newBuilder().setKind(kind).setSubject(subject).setMessage(message).setWho(who));
    }

    /** Adds an event of this moment, with its author. */
    void add(String kind, String subject, String message, Author author) {
        Event.Builder event = Event.newBuilder().setKind(kind).setSubject(subject).setMessage(message)
                .setWho(author.who()).setClaimedName(author.caller().claimed());
        author.caller().process().ifPresent(event::setProcess);
        add(event);
    }

    /** Adds that a change was refused, and why. */
    void refused(Refusal refusal, Author author) {
        String reason = refusal.describe();
        String message = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + " ...";
        AUDIT.log(System.Logger.Level.INFO, "refused to " + Audit.person(author) + ": " + author.command() + ": "
                + message.replace("\n", "; "));
        add("refused", author.command(), message.replace("\n", "; "), author);
    }

    /** Adds that the file and a command have changed one object. */
    void conflict(Conflict conflict, String who) {
        AUDIT.log(System.Logger.Level.WARNING, "conflict: " + conflict);
        add("conflict", conflict.subject(), conflict.message(), who);
    }

    private void add(Event.Builder draft) {
        lock.lock();
        try {
            draft.setPosition(++position).setTime(clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
            if (source != null) {
                draft.setToken(source.at(position).toString());
            }
            Event event = draft.build();
            if (events.size() == KEPT) {
                dropped = events.removeFirst().getPosition();
            }
            events.add(event);
            sink.accept(event);
            added.signalAll();
        } finally {
            lock.unlock();
        }
    }

    List<Event> all() {
        lock.lock();
        try {
            return List.copyOf(events);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the position of the newest event; 0 before the first. */
    long position() {
        lock.lock();
        try {
            return position;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the position up to which events are not kept any more. */
    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /** Ends all streams of events, after what they have still to send. Events may be added nevertheless. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            added.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the events behind a position, and waits for one if there is none.
     *
     * @param timeoutNs longest time to wait, in nanoseconds
     * @return empty after the time-out, or when the events are closed
     * @throws io.grpc.StatusRuntimeException if one of them is not kept any more
     */
    List<Event> after(long last, long timeoutNs) throws InterruptedException {
        lock.lock();
        try {
            long left = timeoutNs;
            while (position <= last && left > 0 && !closed) {
                left = added.awaitNanos(left);
            }
            if (last < dropped) {
                throw ResumeRefusals.tooOld(last, dropped);
            }
            return behind(last);
        } finally {
            lock.unlock();
        }
    }

    /** Looks at no more events than it returns and one, as each of many clients does so at each event. */
    private List<Event> behind(long last) {
        List<Event> next = new ArrayList<>();
        Iterator<Event> newestFirst = events.descendingIterator();
        while (newestFirst.hasNext()) {
            Event event = newestFirst.next();
            if (event.getPosition() <= last) {
                break;
            }
            next.add(event);
        }
        return next.reversed();
    }
}
