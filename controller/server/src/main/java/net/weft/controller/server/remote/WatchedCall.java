package net.weft.controller.server.remote;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.function.Consumer;

/** A call that may be ended from outside, when the certificate of its caller is revoked. */
final class WatchedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final Gatekeeper.Caller caller;
    private final Consumer<WatchedCall<?, ?>> onEnd;
    private boolean ended;

    WatchedCall(ServerCall<Q, A> call, Gatekeeper.Caller caller, Consumer<WatchedCall<?, ?>> onEnd) {
        super(call);
        this.caller = caller;
        this.onEnd = onEnd;
    }

    Gatekeeper.Caller caller() {
        return caller;
    }

    /** Returns a handler that tells this call when the client has ended it. */
    ServerCallHandler<Q, A> watching(ServerCallHandler<Q, A> next) {
        return (call, headers) -> new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onCancel() {
                onEnd.accept(WatchedCall.this);
                super.onCancel();
            }

            @Override
            public void onComplete() {
                onEnd.accept(WatchedCall.this);
                super.onComplete();
            }
        };
    }

    /** Ends the call. Its service finds it cancelled, and what it sends still is dropped. */
    synchronized void end(Status status) {
        if (!ended) {
            ended = true;
            onEnd.accept(this);
            super.close(status, new Metadata());
        }
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
        if (!ended) {
            super.sendHeaders(headers);
        }
    }

    @Override
    public synchronized void sendMessage(A message) {
        if (!ended) {
            super.sendMessage(message);
        }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
        if (!ended) {
            ended = true;
            super.close(status, trailers);
        }
    }

    @Override
    public synchronized boolean isCancelled() {
        return ended || super.isCancelled();
    }
}
