package net.weft.client;

import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Consumer;
import net.weft.v1.Event;
import net.weft.v1.FollowEventsRequest;
import net.weft.v1.ListEventsRequest;
import net.weft.v1.ListEventsResponse;
import net.weft.v1.SystemServiceGrpc;

/** Follows the events of Weft, and resumes after a loss of the connection, behind the last event that was passed on. */
public final class EventWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EventWatch.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final ManagedChannel channel;
    private final Consumer<Event> each;
    private final Consumer<WeftException> missed;
    private final Context.CancellableContext context = Context.current().withCancellation();
    /** The request with which the watch goes on behind the last event. */
    private volatile FollowEventsRequest from;
    private volatile long position;

    private EventWatch(ManagedChannel channel, FollowEventsRequest from, Consumer<Event> each,
            Consumer<WeftException> missed) {
        this.channel = channel;
        this.each = each;
        this.missed = missed;
        this.from = from;
        position = from.getAfter();
    }

    static EventWatch start(ManagedChannel channel, FollowEventsRequest from, Consumer<Event> each,
            Consumer<WeftException> missed) {
        EventWatch watch = new EventWatch(channel, from, each, missed);
        if (from.equals(FollowEventsRequest.getDefaultInstance())) {
            watch.begin();
        }
        Thread.ofVirtual().name("weft-watch").start(() -> watch.context.run(watch::follow));
        return watch;
    }

    /** Begins behind the newest event, and returns whether that is known, so that a loss of the connection before the next one loses none. */
    private boolean begin() {
        try {
            ListEventsResponse newest = SystemServiceGrpc.newBlockingStub(channel)
                    .listEvents(ListEventsRequest.getDefaultInstance());
            position = newest.getEventsList().stream().mapToLong(Event::getPosition).max().orElse(0);
            from = behind(newest.getToken());
            return true;
        } catch (StatusRuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "the watch begins when weft can be reached", e);
            return false;
        }
    }

    /** Returns how to go on behind {@link #position}; a version of Weft without tokens is asked by position. */
    private FollowEventsRequest behind(String token) {
        return token.isEmpty()
                ? FollowEventsRequest.newBuilder().setAfter(position).build()
                : FollowEventsRequest.newBuilder().setToken(token).build();
    }

    private void follow() {
        while (!context.isCancelled()) {
            try {
                Iterator<Event> events = SystemServiceGrpc.newBlockingStub(channel).followEvents(from);
                while (events.hasNext()) {
                    Event event = events.next();
                    each.accept(event);
                    position = event.getPosition();
                    from = behind(event.getToken());
                }
            } catch (StatusRuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "the watch resumes behind " + position, e);
                if (isMissing(e) && begin() && !isTold(e)) {
                    return;
                }
            } catch (RuntimeException e) {
                failed(e);
                return;
            }
            if (!context.isCancelled()) {
                WeftClient.pause(PAUSE);
                channel.resetConnectBackoff();
            }
        }
    }

    private boolean isTold(StatusRuntimeException e) {
        try {
            missed.accept(new WeftException.Missed(String.valueOf(e.getStatus().getDescription()), e));
            return true;
        } catch (RuntimeException failure) {
            failed(failure);
            return false;
        }
    }

    private void failed(RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR,
                "the watch ends behind " + position + ", because the program failed at the next event", e);
    }

    private static boolean isMissing(StatusRuntimeException e) {
        return switch (e.getStatus().getCode()) {
            case FAILED_PRECONDITION, OUT_OF_RANGE, INVALID_ARGUMENT -> true;
            default -> false;
        };
    }

    /** Returns the position of the last event that was passed on. */
    public long position() {
        return position;
    }

    /** Returns the token of the last event that was passed on, with which another watch can go on; empty: there is none yet. */
    public String token() {
        return from.getToken();
    }

    /** Ends the watch. */
    @Override
    public void close() {
        context.cancel(null);
    }
}
