package net.weft.controller.server;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Conflict;
import net.weft.v1.Event;

/** Remembers what happened since the process started, the newest {@value #KEPT} events. Any thread. */
public final class Events {
    static final int KEPT = 1000;
    /** Longest reason of a refusal that is kept, in characters. */
    private static final int MAX_REASON = 500;
    private static final System.Logger AUDIT = System.getLogger(Audit.LOGGER);

    private final InstantSource clock;
    private final Deque<Event> events = new ArrayDeque<>();

    public Events(InstantSource clock) {
        this.clock = clock;
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

    private synchronized void add(Event.Builder event) {
        if (events.size() == KEPT) {
            events.removeFirst();
        }
        events.add(event.setTime(clock.instant().truncatedTo(ChronoUnit.MILLIS).toString()).build());
    }

    synchronized List<Event> all() {
        return List.copyOf(events);
    }
}
