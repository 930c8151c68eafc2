package net.weft.controller.server.remote;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PortConfig;
import org.jspecify.annotations.Nullable;

/**
 * Has the services of this process's member answered for the whole fabric: a list is one table of all members, and a call
 * about a port goes to the member that has it. A member that does not answer in {@link Answering#LIMIT} is named in the
 * trailer {@value #SILENT_HEADER}, one line for each. A fabric of one member is served as if this were not there.
 */
public final class FabricWide implements ServerInterceptor {
    /** Name of the trailer that names members without an answer, with the reason. */
    public static final String SILENT_HEADER = "weft-silent-members-bin";
    static final Metadata.Key<byte[]> SILENT = Metadata.Key.of(SILENT_HEADER, Metadata.BINARY_BYTE_MARSHALLER);

    private final int here;
    private final Supplier<FabricConfig> config;
    private final MemberSessions sessions;

    /**
     * Creates the interceptor.
     *
     * @param here ID of the member of this process
     * @param config returns the newest configuration
     */
    public FabricWide(int here, Supplier<FabricConfig> config, MemberSessions sessions) {
        this.here = here;
        this.config = config;
        this.sessions = sessions;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
            ServerCallHandler<Q, A> next) {
        Set<Integer> others = config.get().members().keySet().stream().filter(id -> id != here)
                .collect(Collectors.toSet());
        if (others.isEmpty()) {
            return next.startCall(call, headers);
        }
        return switch (Scopes.of(call.getMethodDescriptor().getFullMethodName())) {
            case Scopes.Here _ -> next.startCall(call, headers);
            case Scopes.All(RowMerge merge) -> Answering.start(call, headers, next, sessions, others, merge);
            case Scopes.OfPort _ -> new Forwarding<>(call, headers, next);
            case Scopes.OnlyHere(String instead) -> new Checking<>(call, next.startCall(call, headers), instead);
        };
    }

    /** Returns the other member that has one of the ports of a request; empty: this one has them all. */
    private Optional<PortConfig> elsewhere(Object request) {
        if (!(request instanceof Message message)) {
            return Optional.empty();
        }
        FieldDescriptor one = message.getDescriptorForType().findFieldByName("port");
        FieldDescriptor several = message.getDescriptorForType().findFieldByName("ports");
        List<?> names = one != null ? List.of(message.getField(one)) : (List<?>) message.getField(several);
        return names.stream().flatMap(name -> config.get().port(name.toString()).stream())
                .filter(port -> !config.get().isAt(port, here)).findFirst();
    }

    /** Refuses a call about a port of another member. */
    private final class Checking<Q, A> extends ServerCall.Listener<Q> {
        private final ServerCall<Q, A> call;
        private final ServerCall.Listener<Q> inner;
        private final String instead;
        private boolean refused;

        Checking(ServerCall<Q, A> call, ServerCall.Listener<Q> inner, String instead) {
            this.call = call;
            this.instead = instead;
            this.inner = inner;
        }

        @Override
        public void onMessage(Q request) {
            Optional<PortConfig> other = elsewhere(request);
            if (other.isPresent() && !refused) {
                refused = true;
                call.close(Status.FAILED_PRECONDITION.withDescription("port " + other.get().name() + " is on member "
                        + other.get().member() + ": " + instead), new Metadata());
                inner.onCancel();
            } else if (!refused) {
                inner.onMessage(request);
            }
        }

        @Override
        public void onHalfClose() {
            if (!refused) {
                inner.onHalfClose();
            }
        }

        @Override
        public void onReady() {
            if (!refused) {
                inner.onReady();
            }
        }

        @Override
        public void onCancel() {
            inner.onCancel();
        }
    }

    /** Passes a call on to the member that has the port, and its responses back. */
    private final class Forwarding<Q, A> extends ServerCall.Listener<Q> {
        private final ServerCall<Q, A> call;
        private final Metadata headers;
        private final ServerCallHandler<Q, A> next;
        private ServerCall.@Nullable Listener<Q> inner;
        private Runnable cancel = () -> {
        };

        Forwarding(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            this.call = call;
            this.headers = headers;
            this.next = next;
            call.request(2);
        }

        @Override
        public void onMessage(Q request) {
            Optional<PortConfig> other = elsewhere(request);
            if (other.isEmpty()) {
                inner = next.startCall(call, headers);
                inner.onMessage(request);
                return;
            }
            int member = other.get().member();
            sessions.session(member).ifPresentOrElse(
                    session -> cancel = session.call(call.getMethodDescriptor().getFullMethodName(),
                            ((MessageLite) request).toByteString(), new Passing<>(call, member)),
                    () -> call.close(Status.UNAVAILABLE.withDescription("port " + other.get().name() + " is on member "
                            + member + ", which is not connected"), new Metadata()));
        }

        @Override
        public void onHalfClose() {
            if (inner != null) {
                inner.onHalfClose();
            }
        }

        @Override
        public void onReady() {
            if (inner != null) {
                inner.onReady();
            }
        }

        @Override
        public void onCancel() {
            cancel.run();
            if (inner != null) {
                inner.onCancel();
            }
        }

        @Override
        public void onComplete() {
            if (inner != null) {
                inner.onComplete();
            }
        }
    }

    /** Passes the responses of a member to the caller. */
    private static final class Passing<A> implements MemberSession.Reply {
        private final ServerCall<?, A> call;
        private final int member;
        private boolean begun;

        Passing(ServerCall<?, A> call, int member) {
            this.call = call;
            this.member = member;
        }

        @Override
        public void message(ByteString message) {
            synchronized (call) {
                if (!call.isCancelled()) {
                    if (!begun) {
                        begun = true;
                        call.sendHeaders(new Metadata());
                    }
                    call.sendMessage(call.getMethodDescriptor().parseResponse(message.newInput()));
                }
            }
        }

        @Override
        public void end(Status status) {
            synchronized (call) {
                if (!call.isCancelled()) {
                    call.close(status.getCode() == Status.Code.UNAVAILABLE
                            ? status.withDescription("member " + member + ": " + status.getDescription())
                            : status, new Metadata());
                }
            }
        }
    }
}
