package net.weft.controller.member;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import net.weft.v1.CaptureChunk;
import net.weft.v1.CaptureRequest;
import net.weft.v1.CaptureServiceGrpc;
import net.weft.vswitch.capture.CaptureFormat;
import net.weft.vswitch.capture.CaptureFormats;
import net.weft.vswitch.device.pcap.BpfFilter;
import net.weft.vswitch.observe.Capture;
import net.weft.vswitch.port.PortStatus;
import org.jspecify.annotations.Nullable;

/** The service {@code weft.v1.CaptureService}; each call is a {@link CaptureStream} of its own. */
public final class CaptureGrpc extends CaptureServiceGrpc.CaptureServiceImplBase {
    private static final System.Logger LOG = System.getLogger(CaptureGrpc.class.getName());
    private static final int MAX_PORTS = 64;

    private final MemberAgent agent;

    public CaptureGrpc(MemberAgent agent) {
        this.agent = agent;
    }

    @Override
    public StreamObserver<CaptureRequest> capture(StreamObserver<CaptureChunk> observer) {
        return new Requests((ServerCallStreamObserver<CaptureChunk>) observer);
    }

    /** The requests of one client. gRPC calls one method at a time. */
    private final class Requests implements StreamObserver<CaptureRequest> {
        private final ServerCallStreamObserver<CaptureChunk> observer;
        private @Nullable CaptureStream stream;
        private boolean refused;

        Requests(ServerCallStreamObserver<CaptureChunk> observer) {
            this.observer = observer;
            observer.setOnReadyHandler(this::wake);
            observer.setOnCancelHandler(this::wake);
        }

        private void wake() {
            CaptureStream running = stream;
            if (running != null) {
                running.wake();
            }
        }

        @Override
        public void onNext(CaptureRequest request) {
            if (refused) {
                return;
            }
            try {
                if (stream != null) {
                    throw new IllegalArgumentException("a capture is described once, by the first request");
                }
                stream = start(request, observer);
            } catch (IllegalArgumentException e) {
                refuse(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a request failed", e);
                refuse(Status.INTERNAL.withDescription("unforeseen: " + e + "; the log of `weft up` has more"));
            }
        }

        private void refuse(Status why) {
            CaptureStream running = stream;
            if (running != null) {
                running.fail(why);
            } else {
                refused = true;
                observer.onError(why.asRuntimeException());
            }
        }

        @Override
        public void onCompleted() {
            CaptureStream running = stream;
            if (running != null) {
                running.stop();
            } else if (!refused) {
                refuse(Status.INVALID_ARGUMENT.withDescription("what to capture? expected a request"));
            }
        }

        /** Wakes the capture because the client is gone; the cancel handler does so too. */
        @Override
        public void onError(Throwable gone) {
            wake();
        }
    }

    private CaptureStream start(CaptureRequest request, ServerCallStreamObserver<CaptureChunk> observer) {
        List<String> ports = List.copyOf(request.getPortsList());
        if (ports.isEmpty() || ports.size() > MAX_PORTS || ports.stream().distinct().count() < ports.size()) {
            throw new IllegalArgumentException(
                    "ports " + ports + ": expected 1 to " + MAX_PORTS + ", none of them twice");
        }
        int snapLength = request.getSnapLength() <= 0 ? Capture.MAX_FRAME : request.getSnapLength();
        CaptureFormat format = CaptureFormats.of(kind(request));
        BpfFilter filter = request.getFilter().isBlank() ? null : BpfFilter.compile(request.getFilter());
        Capture capture = null;
        try {
            capture = agent.vswitch().capture(ports, snapLength);
            CaptureStream stream = new CaptureStream(capture, filter, format, request.getCount(), observer);
            stream.begin(interfaces(ports), snapLength, () -> gone(ports));
            return stream;
        } catch (RuntimeException e) {
            if (capture != null) {
                capture.close();
            }
            if (filter != null) {
                filter.close();
            }
            throw e;
        }
    }

    private static CaptureFormat.Kind kind(CaptureRequest request) {
        return switch (request.getFormat()) {
            case CAPTURE_FILE_FORMAT_PCAPNG -> CaptureFormat.Kind.PCAPNG;
            case CAPTURE_FILE_FORMAT_PCAP -> CaptureFormat.Kind.PCAP;
            case UNRECOGNIZED -> throw new IllegalArgumentException(
                    "file format " + request.getFormatValue() + ": expected pcapng (0) or pcap (1)");
        };
    }

    private List<CaptureFormat.Interface> interfaces(List<String> ports) {
        List<PortStatus> all = agent.vswitch().ports();
        return ports.stream().map(name -> new CaptureFormat.Interface(name, all.stream()
                .filter(port -> port.spec().name().equals(name)).findFirst()
                .map(port -> port.spec().device().type() + " " + port.spec().device().label() + ", "
                        + port.spec().membership())
                .orElse(""))).toList();
    }

    /** Returns a sentence if one of the ports has been removed, else an empty text. */
    private String gone(List<String> ports) {
        return ports.stream().filter(port -> agent.desired().config().port(port).isEmpty()).findFirst()
                .map(port -> "port " + port + " was removed").orElse("");
    }
}
