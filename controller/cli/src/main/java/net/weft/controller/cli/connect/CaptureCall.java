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
 * A running capture: one thread reads its chunks, and any other may stop it. The client requests one more chunk for
 * each that it has read, so that the switch notices a slow reader.
 */
public final class CaptureCall implements AutoCloseable {
    /** Most chunks in flight; the queue has one more place, for the end of the stream. */
    private static final int AHEAD = 4;

    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(AHEAD + 1);
    private final ControlAddress address;
    private final Responses responses = new Responses();

    /** A chunk, or the end of the stream with or without a fault. */
    private record Event(@Nullable CaptureChunk chunk, @Nullable Throwable fault) {
    }

    CaptureCall(CaptureServiceStub service, CaptureRequest request, ControlAddress address) {
        this.address = address;
        service.capture(responses).onNext(request);
    }

    /**
     * Waits for the next chunk of the file.
     *
     * @return empty at the end of the file
     * @throws FailedException if the switch refuses the capture, or the connection fails
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
        responses.requests().request(1);
        return Optional.of(event.chunk());
    }

    /** Asks the switch to complete the file; its last chunks follow. Any thread. */
    public void stop() {
        responses.requests().onCompleted();
    }

    /** Cancels the call in any state. */
    @Override
    public void close() {
        responses.requests().cancel("no longer wanted", null);
    }

    private final class Responses implements ClientResponseObserver<CaptureRequest, CaptureChunk> {
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
