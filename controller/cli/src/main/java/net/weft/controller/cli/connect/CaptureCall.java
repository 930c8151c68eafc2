package net.weft.controller.cli.connect;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import net.weft.v1.CaptureChunk;
import net.weft.v1.CaptureRequest;
import net.weft.v1.CaptureServiceGrpc.CaptureServiceStub;
import org.jspecify.annotations.Nullable;

/**
 * A capture that runs: one thread reads its chunks, any other may stop it. A chunk is asked for when one has been read, so the switch
 * knows when this side is slow.
 */
public final class CaptureCall implements AutoCloseable {
    /** Chunks on their way; the last place is for the end. */
    private static final int AHEAD = 4;

    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(AHEAD + 1);
    private final ControlAddress address;
    private final Answers answers = new Answers();

    /** A chunk, or the end: with a fault or without. */
    private record Event(@Nullable CaptureChunk chunk, @Nullable Throwable fault) {
    }

    CaptureCall(CaptureServiceStub service, CaptureRequest request, ControlAddress address) {
        this.address = address;
        service.capture(answers).onNext(request);
    }

    /**
     * The next part of the file, waiting for it; empty at the end.
     *
     * @throws FailedException if the switch refuses, or goes away
     */
    public Optional<CaptureChunk> read() throws InterruptedException {
        Event event = events.take();
        if (event.fault() != null) {
            throw Refusals.of(event.fault() instanceof StatusRuntimeException status
                    ? status
                    : Status.fromThrowable(event.fault()).asRuntimeException(), "", address);
        }
        if (event.chunk() == null) {
            return Optional.empty();
        }
        answers.requests().request(1);
        return Optional.of(event.chunk());
    }

    /** Has the switch complete the file: the last chunks are on their way. Any thread. */
    public void stop() {
        answers.requests().onCompleted();
    }

    /** Ends the call, wherever it is. */
    @Override
    public void close() {
        answers.requests().cancel("no longer wanted", null);
    }

    private final class Answers implements ClientResponseObserver<CaptureRequest, CaptureChunk> {
        private @Nullable ClientCallStreamObserver<CaptureRequest> requests;

        ClientCallStreamObserver<CaptureRequest> requests() {
            if (requests == null) {
                throw new IllegalStateException("the call has not begun");
            }
            return requests;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<CaptureRequest> stream) {
            requests = stream;
            stream.disableAutoRequestWithInitial(AHEAD);
        }

        @Override
        public void onNext(CaptureChunk chunk) {
            events.add(new Event(chunk, null));
        }

        @Override
        public void onError(Throwable fault) {
            events.add(new Event(null, fault));
        }

        @Override
        public void onCompleted() {
            events.add(new Event(null, null));
        }
    }
}
