package net.weft.controller.server.remote;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionLog;
import net.weft.v1.CallEnd;
import net.weft.v1.CallRequest;
import net.weft.v1.CallResponse;
import net.weft.v1.ControllerMessage;
import net.weft.v1.Hello;
import net.weft.v1.MemberState;
import net.weft.v1.Welcome;

/**
 * The stream of one connected member. A thread of its own sends the newest revision whenever the member can take it, so that a
 * member that does not read delays nobody and costs no more memory than one revision. Any thread may call it.
 */
final class MemberSession {
    /** Time after which a member that sends nothing counts as silent; it sends its state each second. */
    static final long SILENT_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int MAX_CALLS = 64;
    private static final long WATCH_NS = TimeUnit.SECONDS.toNanos(1);

    private final int member;
    private final String address;
    private final Hello hello;
    private final long clockAheadMillis;
    private final ServerCallStreamObserver<ControllerMessage> out;
    private final RevisionLog.Follower log;
    private final AtomicLong nextCall = new AtomicLong(1);
    private final Map<Long, Reply> calls = new ConcurrentHashMap<>();
    private final Semaphore writable = new Semaphore(0);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private MemberState state = MemberState.getDefaultInstance();
    private volatile long heardNs = System.nanoTime();
    private volatile boolean ended;

    /** Receives the response to a call, on one thread at a time. */
    interface Reply {
        void message(ByteString message);

        /** Called once, last. */
        void end(Status status);
    }

    /** @param clockAheadMillis how far the member's clock was ahead when it connected */
    MemberSession(int member, String address, Hello hello, long clockAheadMillis,
            ServerCallStreamObserver<ControllerMessage> out, RevisionLog.Follower log) {
        this.member = member;
        this.address = address;
        this.hello = hello;
        this.clockAheadMillis = clockAheadMillis;
        this.out = out;
        this.log = log;
    }

    int member() {
        return member;
    }

    String address() {
        return address;
    }

    String version() {
        return hello.getVersion();
    }

    long clockAheadMillis() {
        return clockAheadMillis;
    }

    /** Random for each start of the member's process. */
    String process() {
        return hello.getProcess();
    }

    MemberState state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    boolean isSilent() {
        return System.nanoTime() - heardNs > SILENT_NS;
    }

    /** Tells the session that the stream takes messages again. */
    void writable() {
        writable.release();
    }

    /** Sends the welcome, then each newest revision until the session ends. */
    void run(Welcome welcome, DesiredStates desired) {
        send(ControllerMessage.newBuilder().setWelcome(welcome).build());
        try {
            while (!ended) {
                Optional<Revision> newest = log.await(WATCH_NS);
                if (newest.isPresent()) {
                    awaitWritable();
                    Revision latest = log.await(0).orElse(newest.get());
                    send(ControllerMessage.newBuilder().setDesired(desired.of(latest)).build());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitWritable() throws InterruptedException {
        while (!ended && !out.isReady()) {
            writable.tryAcquire(WATCH_NS, TimeUnit.NANOSECONDS);
            writable.drainPermits();
        }
    }

    private void send(ControllerMessage message) {
        synchronized (out) {
            if (!ended && !out.isCancelled()) {
                out.onNext(message);
            }
        }
    }

    /** Ends the session from this end. */
    void end(Status status) {
        synchronized (out) {
            if (!ended) {
                ended = true;
                if (!out.isCancelled()) {
                    out.onError(status.asRuntimeException());
                }
            }
        }
        closed();
    }

    /** Ends what waits for the member, because the stream is gone. */
    void closed() {
        ended = true;
        log.wake();
        writable.release();
        calls.keySet().forEach(call -> end(call, Status.UNAVAILABLE.withDescription("its connection ended")));
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isEnded() {
        return ended;
    }

    void heard() {
        heardNs = System.nanoTime();
    }

    void state(MemberState next) {
        lock.lock();
        try {
            state = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the member runs a revision or a newer one, or has failed to.
     *
     * @return why it does not run it, in a sentence; empty if it does, or is not connected any more: then it catches up later
     */
    Optional<String> await(long revision, long timeoutNs) {
        lock.lock();
        try {
            long left = timeoutNs;
            while (!ended && state.getRunning() < revision
                    && !(state.getReceived() >= revision && !state.getReason().isEmpty()) && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (ended || state.getRunning() >= revision) {
                return Optional.empty();
            }
            return Optional.of("member " + member + (state.getReceived() < revision
                    ? " has not acknowledged it yet"
                    : ": " + (state.getReason().isEmpty() ? "it is still being carried out" : state.getReason())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("the wait for member " + member + " was interrupted");
        } finally {
            lock.unlock();
        }
    }

    /**
     * Calls a service of the member.
     *
     * @return what to run when nobody waits for the response any more
     */
    Runnable call(String method, ByteString request, Reply reply) {
        if (calls.size() >= MAX_CALLS || !out.isReady()) {
            reply.end(Status.UNAVAILABLE.withDescription("it does not keep up with what it is asked"));
            return () -> {
            };
        }
        long call = nextCall.getAndIncrement();
        calls.put(call, reply);
        send(ControllerMessage.newBuilder()
                .setCall(CallRequest.newBuilder().setCall(call).setMethod(method).setRequest(request)).build());
        if (ended) {
            end(call, Status.UNAVAILABLE.withDescription("its connection ended"));
        }
        return () -> {
            if (calls.remove(call) != null) {
                send(ControllerMessage.newBuilder().setCancel(call).build());
            }
        };
    }

    /** Passes a response on; one that nobody waits for any more is dropped. */
    void response(CallResponse response) {
        if (response.hasEnd()) {
            CallEnd end = response.getEnd();
            Status status = Status.fromCodeValue(end.getStatus());
            end(response.getCall(),
                    end.getDescription().isEmpty() ? status : status.withDescription(end.getDescription()));
            return;
        }
        Reply reply = calls.get(response.getCall());
        if (reply != null) {
            reply.message(response.getMessage());
        }
    }

    private void end(long call, Status status) {
        Reply reply = calls.remove(call);
        if (reply != null) {
            reply.end(status);
        }
    }
}
