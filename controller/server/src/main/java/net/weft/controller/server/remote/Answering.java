package net.weft.controller.server.remote;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Answers one call for all members: the others are asked first, then this one, and what has come in time becomes one response.
 */
final class Answering<Q, A> extends ForwardingServerCallListener<Q> {
    /** Longest time to wait for the other members; a list is there within half a second. */
    static final Duration LIMIT = Duration.ofMillis(400);

    /** Most characters about silent members: HTTP/2 trailers have room for 8 KiB. */
    private static final int MAX_SILENT = 3_000;

    private final ServerCall<Q, A> call;
    private final Collected<Q, A> local;
    private final ServerCall.Listener<Q> inner;
    private final MemberSessions sessions;
    private final Set<Integer> others;
    private final RowMerge merge;
    private @Nullable Q request;

    private Answering(ServerCall<Q, A> call, Collected<Q, A> local, ServerCall.Listener<Q> inner,
            MemberSessions sessions, Set<Integer> others, RowMerge merge) {
        this.call = call;
        this.local = local;
        this.inner = inner;
        this.sessions = sessions;
        this.others = others;
        this.merge = merge;
    }

    static <Q, A> ServerCall.Listener<Q> start(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next,
            MemberSessions sessions, Set<Integer> others, RowMerge merge) {
        Collected<Q, A> local = new Collected<>(call);
        return new Answering<>(call, local, next.startCall(local, headers), sessions, others, merge);
    }

    @Override
    protected ServerCall.Listener<Q> delegate() {
        return inner;
    }

    @Override
    public void onMessage(Q message) {
        request = message;
        inner.onMessage(message);
    }

    @Override
    public void onHalfClose() {
        if (!(request instanceof MessageLite asked)) {
            inner.onHalfClose();
            return;
        }
        long endNs = System.nanoTime() + LIMIT.toNanos();
        List<Pending> pending = others.stream().sorted(Comparator.naturalOrder()).map(member -> ask(member, asked))
                .toList();
        inner.onHalfClose();
        if (!local.status.isOk() || local.message == null) {
            pending.forEach(each -> each.cancel().run());
            call.close(local.status, local.trailers);
            return;
        }
        List<Message> answers = new ArrayList<>(List.of((Message) local.message));
        List<String> silent = new ArrayList<>();
        pending.forEach(each -> each.await(endNs, call, answers).ifPresent(silent::add));
        respond(answers, silent);
    }

    @SuppressWarnings("unchecked")
    private void respond(List<Message> answers, List<String> silent) {
        if (call.isCancelled()) {
            return;
        }
        Metadata trailers = new Metadata();
        if (!silent.isEmpty()) {
            String all = String.join("\n", silent);
            trailers.put(FabricWide.SILENT,
                    all.substring(0, Math.min(all.length(), MAX_SILENT)).getBytes(StandardCharsets.UTF_8));
        }
        call.sendHeaders(new Metadata());
        call.sendMessage((A) merge.of(answers));
        call.close(Status.OK, trailers);
    }

    private Pending ask(int member, MessageLite asked) {
        CompletableFuture<ByteString> answer = new CompletableFuture<>();
        Optional<MemberSession> session = sessions.session(member);
        if (session.isEmpty()) {
            answer.completeExceptionally(new IllegalStateException("it is not connected"));
            return new Pending(member, answer, () -> {
            });
        }
        Runnable cancel = session.get().call(call.getMethodDescriptor().getFullMethodName(), asked.toByteString(),
                new MemberSession.Reply() {
                    @Override
                    public void message(ByteString message) {
                        answer.complete(message);
                    }

                    @Override
                    public void end(Status status) {
                        answer.completeExceptionally(new IllegalStateException(
                                status.getDescription() == null ? status.getCode().name() : status.getDescription()));
                    }
                });
        return new Pending(member, answer, cancel);
    }

    private record Pending(int member, CompletableFuture<ByteString> answer, Runnable cancel) {
        /** Adds the answer to the others; returns why there is none, if so. */
        Optional<String> await(long endNs, ServerCall<?, ?> call, List<Message> answers) {
            try {
                ByteString bytes = answer.get(Math.max(0, endNs - System.nanoTime()), TimeUnit.NANOSECONDS);
                answers.add((Message) call.getMethodDescriptor().parseResponse(bytes.newInput()));
                return Optional.empty();
            } catch (ExecutionException e) {
                return Optional.of("member " + member + ": " + (e.getCause() == null ? e : e.getCause()).getMessage());
            } catch (RuntimeException e) {
                return Optional.of("member " + member + ": its answer cannot be read: " + e.getMessage());
            } catch (TimeoutException e) {
                cancel.run();
                return Optional.of("member " + member + ": no answer in " + LIMIT.toMillis() + " ms");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.of("member " + member + ": the wait was interrupted");
            }
        }
    }

    /** Keeps the response of this process's own member. */
    private static final class Collected<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private @Nullable A message;
        private Status status = Status.INTERNAL.withDescription("no response");
        private Metadata trailers = new Metadata();

        Collected(ServerCall<Q, A> call) {
            super(call);
        }

        @Override
        public void sendHeaders(Metadata headers) {
            // Sent with the response of all.
        }

        @Override
        public void sendMessage(A sent) {
            message = sent;
        }

        @Override
        public void close(Status end, Metadata with) {
            status = end;
            trailers = with;
        }
    }
}
