package net.weft.controller.server;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.weft.v1.Event;

/** Remembers what happened since the process started, the newest {@value #KEPT} events. Any thread. */
public final class Events {
    static final int KEPT = 1000;

    private final InstantSource clock;
    private final Deque<Event> events = new ArrayDeque<>();

    public Events(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Adds an event of this moment.
     *
     * @param kind {@code revision}, {@code conflict}, {@code port}, {@code lag} or {@code neighbor}
     * @param subject the object, such as {@code port web1}
     * @param message what happened, in a sentence
     * @param who the user who did it; empty: nobody
     */
    public synchronized void add(String kind, String subject, String message, String who) {
        if (events.size() == KEPT) {
            events.removeFirst();
        }
        events.add(Event.newBuilder().setTime(clock.instant().truncatedTo(ChronoUnit.MILLIS).toString()).setKind(kind)
                .setSubject(subject).setMessage(message).setWho(who).build());
    }

    synchronized List<Event> all() {
        return List.copyOf(events);
    }
}
