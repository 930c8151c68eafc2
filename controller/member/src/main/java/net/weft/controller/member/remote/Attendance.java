package net.weft.controller.member.remote;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import net.weft.controller.model.revision.Revision;
import net.weft.v1.CallEnd;
import net.weft.v1.CallRequest;
import net.weft.v1.CallResponse;
import net.weft.v1.ControllerMessage;
import net.weft.v1.Hello;
import net.weft.v1.MemberMessage;
import net.weft.v1.MemberServiceGrpc.MemberServiceStub;
import net.weft.v1.MemberState;

/** One stream to a controller, from hello to its end. */
final class Attendance implements ClientResponseObserver<MemberMessage, ControllerMessage> {
    /** Version of the protocol between controller and members. */
    private static final int PROTOCOL = 1;
    /** Random for each start of this process. */
    private static final String PROCESS = UUID.randomUUID().toString();
    private static final long LOOK_MILLIS = 50;
    private static final long TELL_NS = TimeUnit.SECONDS.toNanos(1);

    private final MemberLink.Options options;
    private final Received received;
    private final Supplier<MemberState> live;
    private final Callee callee;
    private final Runnable onWelcome;
    private final Runnable onAlive;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Map<Long, Runnable> calls = new ConcurrentHashMap<>();
    private volatile Status end = Status.CANCELLED.withDescription("this member ends");
    private volatile boolean welcomed;
    private ClientCallStreamObserver<MemberMessage> out;

    /**
     * @param onWelcome called when the controller has taken this member
     * @param onAlive called many times a second from then on, as long as the stream lives
     */
    @SuppressWarnings("NullAway.Init")
    Attendance(MemberLink.Options options, Received received, Supplier<MemberState> live, Callee callee,
            Runnable onWelcome, Runnable onAlive) {
        this.options = options;
        this.received = received;
        this.live = live;
        this.callee = callee;
        this.onWelcome = onWelcome;
        this.onAlive = onAlive;
    }

    /**
     * Attends until the stream or this member ends, and returns the status of the end.
     *
     * @param renewalDue whether the stream is to end because the member's certificate is to be renewed
     */
    Status run(MemberServiceStub stub, CountDownLatch closed, BooleanSupplier renewalDue) throws InterruptedException {
        stub.attend(this);
        send(MemberMessage.newBuilder().setHello(Hello.newBuilder().setMember(options.member())
                .setVersion(options.version()).setProtocol(PROTOCOL).setHas(received.has())
                .setTime(Instant.now().toString()).setProcess(PROCESS)).build());
        MemberState told = MemberState.getDefaultInstance();
        long toldNs = System.nanoTime() - TELL_NS;
        while (!ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            if (closed.getCount() == 0) {
                out.cancel("this member ends", null);
            } else if (renewalDue.getAsBoolean()) {
                out.cancel("the certificate is renewed", null);
            } else if (welcomed) {
                onAlive.run();
                MemberState now = live.get().toBuilder()
                        .setReceived(received.newest().get().map(Revision::number).orElse(0L)).build();
                if (!now.equals(told) || System.nanoTime() - toldNs > TELL_NS) {
                    send(MemberMessage.newBuilder().setState(now).build());
                    told = now;
                    toldNs = System.nanoTime();
                }
            }
        }
        calls.values().forEach(Runnable::run);
        return end;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<MemberMessage> stream) {
        out = stream;
    }

    private void send(MemberMessage message) {
        synchronized (calls) {
            try {
                out.onNext(message);
            } catch (IllegalStateException _) {
                // The stream has ended meanwhile; run() sees that.
            }
        }
    }

    @Override
    public void onNext(ControllerMessage message) {
        try {
            switch (message.getMessageCase()) {
                case WELCOME -> {
                    received.welcome(message.getWelcome());
                    welcomed = true;
                    onWelcome.run();
                }
                case DESIRED -> received.desired(message.getDesired(), System.nanoTime());
                case CALL -> call(message.getCall());
                case CANCEL -> Optional.ofNullable(calls.remove(message.getCancel())).ifPresent(Runnable::run);
                case MESSAGE_NOT_SET -> {
                    // A message of a newer controller.
                }
            }
        } catch (RemoteException e) {
            end = Status.FAILED_PRECONDITION.withDescription(e.getMessage());
            out.cancel(e.getMessage(), null);
            ended.countDown();
        }
    }

    private void call(CallRequest request) {
        long number = request.getCall();
        calls.put(number, () -> {
        });
        Runnable cancel = callee.call(request.getMethod(), request.getRequest(), new Callee.Response() {
            @Override
            public void message(ByteString message) {
                send(MemberMessage.newBuilder()
                        .setResponse(CallResponse.newBuilder().setCall(number).setMessage(message)).build());
            }

            @Override
            public void end(Status status) {
                calls.remove(number);
                String description = status.getDescription();
                send(MemberMessage.newBuilder().setResponse(CallResponse.newBuilder().setCall(number)
                        .setEnd(CallEnd.newBuilder().setStatus(status.getCode().value())
                                .setDescription(description == null ? "" : description)))
                        .build());
            }
        });
        calls.replace(number, cancel);
    }

    @Override
    public void onError(Throwable t) {
        if (ended.getCount() > 0) {
            end = Status.fromThrowable(t);
            ended.countDown();
        }
    }

    @Override
    public void onCompleted() {
        end = Status.UNAVAILABLE.withDescription("the controller has ended the stream");
        ended.countDown();
    }
}
