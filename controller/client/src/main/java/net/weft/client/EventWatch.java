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
import net.weft.v1.SystemServiceGrpc;

/** Follows the events of Weft, and resumes after a loss of the connection, behind the last event that was passed on. */
public final class EventWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EventWatch.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final ManagedChannel channel;
    private final Consumer<Event> each;
    private final Context.CancellableContext context = Context.current().withCancellation();
    private volatile long position;

    private EventWatch(ManagedChannel channel, long after, Consumer<Event> each) {
        this.channel = channel;
        this.each = each;
        position = after;
    }

    static EventWatch start(ManagedChannel channel, long after, Consumer<Event> each) {
        EventWatch watch = new EventWatch(channel, after, each);
        if (after == 0) {
            watch.beginAtTheNewest();
        }
        Thread.ofVirtual().name("weft-watch").start(() -> watch.context.run(watch::follow));
        return watch;
    }

    /** Notes the position of the newest event, so that a loss of the connection before the next one loses none. */
    private void beginAtTheNewest() {
        try {
            position = SystemServiceGrpc.newBlockingStub(channel).listEvents(ListEventsRequest.getDefaultInstance())
                    .getEventsList().stream().mapToLong(Event::getPosition).max().orElse(0);
        } catch (StatusRuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "the watch begins when weft can be reached", e);
        }
    }

    private void follow() {
        while (!context.isCancelled()) {
            try {
                Iterator<Event> events = SystemServiceGrpc.newBlockingStub(channel)
                        .followEvents(FollowEventsRequest.newBuilder().setAfter(position).build());
                while (events.hasNext()) {
                    Event event = events.next();
                    each.accept(event);
                    position = event.getPosition();
                }
            } catch (StatusRuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "the watch resumes behind " + position, e);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR,
                        "the watch ends behind " + position + ", because the program failed at the next event", e);
                return;
            }
            if (!context.isCancelled()) {
                WeftClient.pause(PAUSE);
                channel.resetConnectBackoff();
            }
        }
    }

    /** Returns the position of the last event that was passed on, with which another watch can go on. */
    public long position() {
        return position;
    }

    /** Ends the watch. */
    @Override
    public void close() {
        context.cancel(null);
    }
}
