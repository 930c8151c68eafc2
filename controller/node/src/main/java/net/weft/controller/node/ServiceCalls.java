package net.weft.controller.node;

import com.google.protobuf.ByteString;
import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import net.weft.controller.member.remote.Callee;
import org.jspecify.annotations.Nullable;

/** Calls services of this process without a transport, each call on a virtual thread. Any thread. */
final class ServiceCalls implements Callee {
    private static final System.Logger LOG = System.getLogger(ServiceCalls.class.getName());
    private static final int MOST_AT_ONCE = 64;

    private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);

    ServiceCalls(List<BindableService> services) {
        services.forEach(service -> service.bindService().getMethods()
                .forEach(method -> methods.put(method.getMethodDescriptor().getFullMethodName(), method)));
    }

    @Override
    public Runnable call(String method, ByteString request, Response response) {
        ServerMethodDefinition<?, ?> definition = methods.get(method);
        if (definition == null || !definition.getMethodDescriptor().getType().clientSendsOneMessage()) {
            response.end(Status.UNIMPLEMENTED.withDescription("this member does not know " + method));
            return () -> {
            };
        }
        if (!free.tryAcquire()) {
            response.end(
                    Status.RESOURCE_EXHAUSTED.withDescription("this member serves " + MOST_AT_ONCE + " calls already"));
            return () -> {
            };
        }
        return begin(definition, request, response);
    }

    private <Q, A> Runnable begin(ServerMethodDefinition<Q, A> definition, ByteString request, Response response) {
        DirectCall<Q, A> call = new DirectCall<>(definition.getMethodDescriptor(), response);
        Thread.ofVirtual().name("weft-call").start(() -> {
            try {
                ServerCall.Listener<Q> listener = definition.getServerCallHandler().startCall(call, new Metadata());
                call.listener = listener;
                listener.onMessage(definition.getMethodDescriptor().parseRequest(request.newInput()));
                listener.onHalfClose();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a call of the controller failed", e);
                call.close(Status.INTERNAL.withDescription("unforeseen: " + e), new Metadata());
            } finally {
                free.release();
            }
        });
        return call::cancel;
    }

    /** One call; its requests and responses are passed on directly. */
    private static final class DirectCall<Q, A> extends ServerCall<Q, A> {
        private final MethodDescriptor<Q, A> method;
        private final Response response;
        private volatile ServerCall.@Nullable Listener<Q> listener;
        private volatile boolean cancelled;
        private boolean closed;

        DirectCall(MethodDescriptor<Q, A> method, Response response) {
            this.method = method;
            this.response = response;
        }

        void cancel() {
            cancelled = true;
            ServerCall.Listener<Q> begun = listener;
            if (begun != null) {
                begun.onCancel();
            }
        }

        @Override
        public void request(int count) {
            // The only request is there.
        }

        @Override
        public void sendHeaders(Metadata headers) {
            // There are none.
        }

        @Override
        public void sendMessage(A message) {
            try {
                response.message(ByteString.readFrom(method.streamResponse(message)));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            if (!closed) {
                closed = true;
                response.end(status);
            }
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public Attributes getAttributes() {
            return Attributes.EMPTY;
        }

        @Override
        public MethodDescriptor<Q, A> getMethodDescriptor() {
            return method;
        }
    }
}
