package net.weft.controller.server;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.weft.v1.Event;
import net.weft.v1.FollowEventsRequest;

/**
 * Sends the events behind a position to one client, as they happen, on a virtual thread. The client has
 * 5 s to take more when its window is full; then it is cut off, and may resume behind the last event that it has.
 */
final class EventStream implements Runnable {
    /** Most clients that follow at once. */
    static final int MOST = 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(1);
    /**
     * Pause of each stream after an event, for each stream that runs: a thousand send once a second what has gathered, so that a
     * commit does not wait for a thousand threads; one alone pauses for 1 ms.
     */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final AtomicInteger RUNNING = new AtomicInteger();

    private final Events events;
    private final ServerCallStreamObserver<Event> client;
    private final Semaphore ready = new Semaphore(0);
    private final Duration patience;
    private long position;

    EventStream(Events events, ServerCallStreamObserver<Event> client, long after, Duration patience) {
        this.events = events;
        this.client = client;
        this.patience = patience;
        position = after;
    }

    /**
     * Starts to send. To be called by the method that serves the call.
     *
     * @param request has the position of the last event that the client has, or a token; without either the newest event counts
     */
    static void start(Events events, ServerCallStreamObserver<Event> client, FollowEventsRequest request) {
        long after;
        try {
            after = after(events, request);
        } catch (StatusRuntimeException e) {
            client.onError(e);
            return;
        }
        if (RUNNING.incrementAndGet() > MOST) {
            RUNNING.decrementAndGet();
            client.onError(Status.RESOURCE_EXHAUSTED.withDescription(MOST + " clients follow the events already")
                    .asRuntimeException());
            return;
        }
        EventStream stream = new EventStream(events, client, after, PATIENCE);
        client.setOnReadyHandler(stream.ready::release);
        client.setOnCancelHandler(stream.ready::release);
        Thread.ofVirtual().name("weft-follow").start(stream);
    }

    private static long after(Events events, FollowEventsRequest request) {
        if (!request.getToken().isEmpty()) {
            if (request.getAfter() != 0) {
                throw Status.INVALID_ARGUMENT.withDescription("after: expected either it or a token")
                        .asRuntimeException();
            }
            return events.resume(request.getToken());
        }
        return request.getAfter() == 0 ? events.position() : Math.max(request.getAfter(), events.dropped());
    }

    @Override
    public void run() {
        try {
            while (sendNext()) {
                TimeUnit.NANOSECONDS.sleep(PAUSE_NS * RUNNING.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            RUNNING.decrementAndGet();
        }
    }

    /** Sends what has happened since, or waits a while for it; false: the client was cut off, or has gone. */
    boolean sendNext() throws InterruptedException {
        List<Event> next;
        try {
            next = events.after(position, WAIT_NS);
        } catch (StatusRuntimeException e) {
            client.onError(e);
            return false;
        }
        for (Event event : next) {
            if (!awaitReady()) {
                return false;
            }
            client.onNext(event);
            position = event.getPosition();
        }
        if (next.isEmpty() && events.isClosed() && !client.isCancelled()) {
            client.onError(Status.UNAVAILABLE.withDescription("weft ends").asRuntimeException());
            return false;
        }
        return !client.isCancelled();
    }

    /** Waits until the client takes more; false: it was cut off, or has gone. */
    private boolean awaitReady() throws InterruptedException {
        while (!client.isReady() && !client.isCancelled()) {
            if (!ready.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                client.onError(Status.RESOURCE_EXHAUSTED.withDescription(
                        "events are not taken fast enough; resume after position " + position).asRuntimeException());
                return false;
            }
        }
        return !client.isCancelled();
    }
}
