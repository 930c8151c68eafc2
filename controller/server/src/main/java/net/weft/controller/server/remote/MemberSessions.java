package net.weft.controller.server.remote;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionLog;
import net.weft.controller.server.Cluster;
import net.weft.controller.server.Events;
import net.weft.v1.ControllerMessage;
import net.weft.v1.Fence;
import net.weft.v1.Hello;
import net.weft.v1.MemberMessage;
import net.weft.v1.Welcome;
import org.jspecify.annotations.Nullable;

/**
 * The members that are connected. One stream stands for a member; when another process comes with its certificate, the older
 * stream ends, and the log says so. Any thread.
 */
public final class MemberSessions implements AutoCloseable {
    /** Version of the protocol between controller and members. */
    public static final int PROTOCOL = 1;
    /** Most revisions that a controller may have lost against a member. */
    private static final long MOST_LOST = 10_000;
    private static final System.Logger LOG = System.getLogger("net.weft.members");

    private final Supplier<Cluster> cluster;
    private final RevisionLog log;
    private final Events events;
    private final InstantSource clock;
    private final Refused refused;
    private final Welcome welcome;
    private final DesiredStates desired;
    private final Map<Integer, MemberSession> connected = new ConcurrentSkipListMap<>();
    private volatile boolean closed;
    private volatile LongConsumer ahead = _ -> {
    };

    /**
     * What a controller tells its members about the fabric.
     *
     * @param fabricKey key of loop probes
     * @param stackKey key of stack links
     * @param version version of this controller
     */
    public record Keys(byte[] fabricKey, byte[] stackKey, String version) {
    }

    /**
     * Creates the sessions, without any yet.
     *
     * @param cluster returns the names of the fabric, of which a restore changes the generation
     * @param term returns the term of the leader, which never decreases
     */
    public MemberSessions(Supplier<Cluster> cluster, LongSupplier term, Keys keys, RevisionLog log, Events events,
            InstantSource clock, Refused refused) {
        this.cluster = cluster;
        this.log = log;
        this.events = events;
        this.clock = clock;
        this.refused = refused;
        desired = new DesiredStates(cluster, term);
        welcome = Welcome.newBuilder().setVersion(keys.version()).setFabricKey(ByteString.copyFrom(keys.fabricKey()))
                .setStackKey(ByteString.copyFrom(keys.stackKey())).build();
    }

    /**
     * Registers who hears of the number of a revision that a member has and the controller has not, so that it is not given again. Numbers
     * so far ahead that no loss explains them are not told.
     */
    public void onAhead(LongConsumer listener) {
        ahead = listener;
    }

    private void tellIfAhead(int member, Fence has) {
        long newest = log.last().map(Revision::number).orElse(0L);
        Cluster now = cluster.get();
        boolean isSameFabric = has.getCluster().equals(now.id()) && has.getGeneration() == now.generation()
                && has.getIncarnation().equals(now.incarnation());
        if (isSameFabric && has.getRevision() > newest) {
            LOG.log(System.Logger.Level.WARNING, "member " + member + " has revision " + has.getRevision()
                    + ", which this controller does not have; its newest is " + newest);
            if (has.getRevision() - newest <= MOST_LOST) {
                Thread.ofVirtual().start(() -> ahead.accept(has.getRevision()));
            }
        }
    }

    /** Returns the session of a member; empty if it is not connected. */
    Optional<MemberSession> session(int member) {
        return Optional.ofNullable(connected.get(member));
    }

    /** Returns how many members are connected. */
    public int count() {
        return connected.size();
    }

    /** Returns the number of refused calls and connections, by reason. */
    public Map<String, Long> refusals() {
        return refused.counts();
    }

    /**
     * Waits until each connected member runs a revision or has failed to. A member that is not connected catches up when it
     * is.
     *
     * @return why a member does not run it, in a sentence; empty if all do
     */
    public Optional<String> await(long revision, Duration limit) {
        long endNs = System.nanoTime() + limit.toNanos();
        return connected.values().stream()
                .flatMap(session -> session.await(revision, endNs - System.nanoTime()).stream()).findFirst();
    }

    /** Ends the stream of a member whose certificate is not valid any more. */
    public void end(int member, String why) {
        session(member).ifPresent(session -> {
            session.end(Status.UNAUTHENTICATED.withDescription(why));
            leave(session);
        });
    }

    /** Begins a stream; its first message decides whether it becomes the member's session. */
    StreamObserver<MemberMessage> attend(int member, String address, ServerCallStreamObserver<ControllerMessage> out) {
        out.disableAutoRequest();
        Stream stream = new Stream(member, address, out);
        out.setOnReadyHandler(stream::writable);
        out.setOnCancelHandler(stream::gone);
        out.setOnCloseHandler(stream::gone);
        out.request(1);
        return stream;
    }

    /** Returns why a member that says hello is refused. */
    private Optional<String> refusal(int member, Hello hello) {
        Fence has = hello.getHas();
        if (hello.getMember() != member) {
            return Optional.of("the certificate is that of member " + member + ", not of member " + hello.getMember());
        }
        if (hello.getProtocol() != PROTOCOL) {
            return Optional.of("member " + member + " (" + hello.getVersion() + ") speaks version "
                    + hello.getProtocol()
                    + " of the members' protocol, this controller (" + welcome.getVersion() + ") version " + PROTOCOL
                    + ": upgrade the older one");
        }
        if (!has.getCluster().isEmpty() && !has.getCluster().equals(cluster.get().id())) {
            return Optional.of("member " + member + " has the state of another fabric, " + has.getCluster()
                    + "; give it a data directory of its own");
        }
        long generation = cluster.get().generation();
        if (has.getGeneration() > generation) {
            return Optional.of("member " + member + " follows generation " + has.getGeneration()
                    + " of this fabric, which was restored since; this controller still has " + generation);
        }
        return Optional.empty();
    }

    private long ahead(Hello hello) {
        try {
            return Duration.between(clock.instant(), Instant.parse(hello.getTime())).toMillis();
        } catch (DateTimeException | ArithmeticException e) {
            return 0;
        }
    }

    private void join(MemberSession session) {
        MemberSession before = connected.put(session.member(), session);
        if (before != null) {
            boolean restarted = before.process().equals(session.process());
            before.end(Status.ABORTED.withDescription(restarted
                    ? "the member has connected anew"
                    : "another process has connected as member " + session.member()));
        }
        told(session.member(), "is connected from " + session.address());
        Thread.ofVirtual().name("weft-member-" + session.member()).start(() -> session.run(
                welcome.toBuilder().setFence(desired.fence(log.last().map(Revision::number).orElse(0L))).build(),
                desired));
    }

    private void leave(MemberSession session) {
        session.closed();
        if (connected.remove(session.member(), session) && !closed) {
            told(session.member(), "is not connected any more; it goes on forwarding");
        }
    }

    private void told(int member, String what) {
        LOG.log(System.Logger.Level.INFO, "member " + member + " " + what);
        events.add("member", "member " + member, what, "");
    }

    /** Ends all streams. */
    @Override
    public void close() {
        closed = true;
        connected.values().forEach(session -> session.end(Status.UNAVAILABLE.withDescription("the controller ends")));
    }

    /** One stream, before and after its hello. Its messages are asked for one by one, so that a flood waits at the sender. */
    private final class Stream implements StreamObserver<MemberMessage> {
        private final int member;
        private final String address;
        private final ServerCallStreamObserver<ControllerMessage> out;
        private volatile @Nullable MemberSession session;

        Stream(int member, String address, ServerCallStreamObserver<ControllerMessage> out) {
            this.member = member;
            this.address = address;
            this.out = out;
        }

        void writable() {
            MemberSession joined = session;
            if (joined != null) {
                joined.writable();
            }
        }

        void gone() {
            MemberSession joined = session;
            if (joined != null) {
                leave(joined);
            }
        }

        @Override
        public void onNext(MemberMessage message) {
            MemberSession joined = session;
            if (joined == null) {
                hello(message);
            } else {
                joined.heard();
                switch (message.getMessageCase()) {
                    case STATE -> joined.state(message.getState());
                    case RESPONSE -> joined.response(message.getResponse());
                    case HELLO, MESSAGE_NOT_SET -> {
                        // A message of a newer member, or one that makes no sense here: it changes nothing.
                    }
                }
            }
            out.request(1);
        }

        private void hello(MemberMessage message) {
            Optional<String> refusal = message.hasHello()
                    ? refusal(member, message.getHello())
                    : Optional.of("the first message of a member is hello");
            if (refusal.isPresent()) {
                refused.count("member-refused", address, refusal.get());
                out.onError(Status.FAILED_PRECONDITION.withDescription(refusal.get()).asRuntimeException());
                return;
            }
            MemberSession joined = new MemberSession(member, address, message.getHello(), ahead(message.getHello()),
                    out,
                    log.follow(0));
            session = joined;
            join(joined);
            tellIfAhead(member, message.getHello().getHas());
        }

        @Override
        public void onError(Throwable t) {
            gone();
        }

        @Override
        public void onCompleted() {
            MemberSession joined = session;
            if (joined == null) {
                out.onCompleted();
            } else {
                leave(joined);
                out.onCompleted();
            }
        }
    }
}
