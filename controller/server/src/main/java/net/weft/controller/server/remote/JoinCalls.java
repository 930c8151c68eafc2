package net.weft.controller.server.remote;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Serves the calls of clients without a certificate, which may only join: at most {@value #MOST} at once, each for {@value
 * #SECONDS} s at most, so that strangers take neither memory nor the calls of others. Any thread.
 */
final class JoinCalls {
    private static final int MOST = 4;
    private static final int SECONDS = 10;
    private static final Executor LATER = CompletableFuture.delayedExecutor(SECONDS, TimeUnit.SECONDS);

    private final Semaphore free = new Semaphore(MOST);

    <Q, A> ServerCall.Listener<Q> serve(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (!free.tryAcquire()) {
            call.close(Status.RESOURCE_EXHAUSTED.withDescription("others join at this moment; try again"),
                    new Metadata());
            return new ServerCall.Listener<>() {
            };
        }
        Limited<Q, A> limited = new Limited<>(call);
        LATER.execute(() -> limited.close(Status.DEADLINE_EXCEEDED.withDescription(
                "the request to join did not arrive in " + SECONDS + " s"), new Metadata()));
        return new SimpleForwardingServerCallListener<>(next.startCall(limited, headers)) {
            @Override
            public void onCancel() {
                limited.end();
                super.onCancel();
            }
        };
    }

    /** A call that gives its place back once, when it is closed or cancelled. */
    private final class Limited<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private final AtomicBoolean ended = new AtomicBoolean();

        Limited(ServerCall<Q, A> call) {
            super(call);
        }

        boolean end() {
            boolean isFirst = ended.compareAndSet(false, true);
            if (isFirst) {
                free.release();
            }
            return isFirst;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (end()) {
                super.close(status, trailers);
            }
        }
    }
}
