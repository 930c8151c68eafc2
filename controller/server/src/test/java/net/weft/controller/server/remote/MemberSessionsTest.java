package net.weft.controller.server.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import net.weft.controller.server.Cluster;
import net.weft.controller.server.Events;
import net.weft.controller.server.Fabric;
import net.weft.controller.server.FileRevisionStore;
import net.weft.controller.server.Terms;
import net.weft.v1.CallResponse;
import net.weft.v1.ControllerMessage;
import net.weft.v1.Fence;
import net.weft.v1.Hello;
import net.weft.v1.MemberMessage;
import net.weft.v1.MemberState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams of members that are well, foreign, silent, or hostile. */
class MemberSessionsTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private Path data;
    private final Refused refused = new Refused(System::nanoTime);
    private FileRevisionStore store;
    private Fabric fabric;
    private Cluster cluster;
    private MemberSessions sessions;

    @BeforeEach
    void open() {
        store = FileRevisionStore.open(data);
        cluster = Cluster.open(data);
        fabric = new Fabric(store, () -> NOW, new SplittableRandom(1));
        apply("a");
        sessions = new MemberSessions(() -> cluster, () -> 1,
                new MemberSessions.Keys(new byte[32], new byte[32], "1.0"),
                store,
                new Events(() -> NOW), () -> NOW, refused);
    }

    @AfterEach
    void close() {
        sessions.close();
    }

    @Test
    void shouldSendTheNewestRevisionAndThenEachNewOne() {
        FakeStream stream = attend(2, hello(2).build());
        await().atMost(PATIENCE).until(() -> stream.desired().equals(List.of(1L)));
        assertThat(stream.sent.getFirst().hasWelcome()).isTrue();

        apply("b");

        await().atMost(PATIENCE).until(() -> stream.desired().equals(List.of(1L, 2L)));
    }

    @Test
    void shouldSendASlowMemberOnlyTheNewestAndNotStallForIt() {
        FakeStream slow = new FakeStream();
        slow.ready = false;
        slow.from = sessions.attend(2, "peer", slow);
        slow.from.onNext(message(hello(2).build()));
        FakeStream well = attend(3, hello(3).build());
        apply("b");
        apply("c");
        await().atMost(PATIENCE).until(() -> well.desired().contains(3L));
        assertThat(slow.desired()).isEmpty();
        assertThat(call(2)).get().asString().contains("does not keep up");

        slow.ready = true;
        slow.onReady.run();

        await().atMost(PATIENCE).until(() -> slow.desired().equals(List.of(3L)));
    }

    @Test
    void shouldWaitForTheAcknowledgementOfConnectedMembersOnly() {
        assertThat(sessions.await(1, Duration.ofMillis(1))).as("nobody is connected").isEmpty();
        FakeStream stream = attend(2, hello(2).build());

        assertThat(sessions.await(1, Duration.ofMillis(1))).get().asString().contains("member 2 has not acknowledged");
        stream.from.onNext(state(1, 0, "port a: no device"));
        assertThat(sessions.await(1, PATIENCE)).get().asString().contains("member 2: port a: no device");
        stream.from.onNext(state(1, 1, ""));
        assertThat(sessions.await(1, PATIENCE)).isEmpty();
        stream.onCancel.run();
        assertThat(sessions.await(2, PATIENCE)).as("it is gone").isEmpty();
    }

    @Test
    void shouldTellOfARevisionThatOnlyAMemberHas() throws InterruptedException {
        BlockingQueue<Long> told = new LinkedBlockingQueue<>();
        sessions.onAhead(told::add);
        Fence has = Fence.newBuilder().setCluster(cluster.id()).setGeneration(cluster.generation())
                .setIncarnation(cluster.incarnation()).setTerm(1).setRevision(7).build();
        attend(2, hello(2).setHas(has.toBuilder().setRevision(1)).build());
        attend(3, hello(3).setHas(has.toBuilder().setRevision(1_000_000)).build());
        attend(4, hello(4).setHas(has.toBuilder().setIncarnation("another")).build());
        attend(5, hello(5).setHas(has).build());
        assertThat(told.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(7);
        assertThat(told).isEmpty();
    }

    @Test
    void shouldRefuseHellosThatAreWrong() {
        assertRefused(hello(3).build(), "the certificate is that of member 2, not of member 3");
        assertRefused(hello(2).setProtocol(2).build(), "upgrade the older one");
        assertRefused(hello(2).setHas(Fence.newBuilder().setCluster("other")).build(), "another fabric");
        assertRefused(hello(2).setHas(Fence.newBuilder().setCluster(cluster.id()).setGeneration(2)).build(),
                "which was restored since");
        FakeStream impatient = new FakeStream();
        impatient.from = sessions.attend(2, "peer", impatient);
        impatient.from.onNext(state(1, 1, ""));
        assertThat(impatient.error).get().asString().contains("the first message of a member is hello");
        assertThat(refused.counts()).containsEntry("member-refused", 5L);
        assertThat(sessions.count()).isZero();
    }

    @Test
    void shouldTakeTheNewerOfTwoProcessesOfOneMember() {
        FakeStream first = attend(2, hello(2).setProcess("p").build());
        FakeStream second = attend(2, hello(2).setProcess("q").build());

        assertThat(first.error).get().asString().contains("another process has connected as member 2");
        first.onCancel.run();
        assertThat(sessions.count()).as("the end of the older changes nothing").isEqualTo(1);
        assertThat(second.error).isEmpty();
    }

    @Test
    void shouldDropResponsesThatNobodyWaitsFor() {
        FakeStream stream = attend(2, hello(2).build());
        int asked = stream.requested;
        for (int i = 0; i < 1_000; i++) {
            stream.from.onNext(MemberMessage.newBuilder().setResponse(CallResponse.newBuilder().setCall(i)
                    .setMessage(ByteString.copyFrom(new byte[1_000]))).build());
        }

        assertThat(stream.requested - asked).as("one message is asked for after each").isEqualTo(1_000);
        assertThat(sessions.count()).isEqualTo(1);
    }

    @Test
    void shouldEndCallsWithTheStream() {
        FakeStream stream = attend(2, hello(2).build());
        Answer answer = new Answer();
        sessions.session(2).orElseThrow().call("weft.v1.InspectService/ListPorts", ByteString.EMPTY, answer);
        assertThat(stream.sent).anyMatch(ControllerMessage::hasCall);

        sessions.end(2, "revoked");

        assertThat(sessions.count()).isZero();
        assertThat(stream.error).get().asString().contains("revoked");
        assertThat(answer.end).get().asString().contains("its connection ended");
    }

    private Optional<String> call(int member) {
        Answer answer = new Answer();
        sessions.session(member).orElseThrow().call("m", ByteString.EMPTY, answer);
        return answer.end;
    }

    private void assertRefused(Hello hello, String why) {
        FakeStream stream = new FakeStream();
        stream.from = sessions.attend(2, "peer", stream);
        stream.from.onNext(message(hello));
        assertThat(stream.error).get().asString().contains(why);
    }

    private FakeStream attend(int member, Hello hello) {
        FakeStream stream = new FakeStream();
        stream.from = sessions.attend(member, "peer", stream);
        stream.from.onNext(message(hello));
        return stream;
    }

    private void apply(String port) {
        fabric.apply(("members: {1: {}, 2: {}, 3: {}}\nports: {" + port + ": {type: tap, device: t, access: 1}}")
                .getBytes(StandardCharsets.UTF_8), new Terms(false, java.util.OptionalLong.empty(), true), "test");
    }

    private static Hello.Builder hello(int member) {
        return Hello.newBuilder().setMember(member).setProtocol(MemberSessions.PROTOCOL).setTime(NOW.toString());
    }

    private static MemberMessage message(Hello hello) {
        return MemberMessage.newBuilder().setHello(hello).build();
    }

    private static MemberMessage state(long received, long running, String reason) {
        return MemberMessage.newBuilder().setState(MemberState.newBuilder().setReceived(received).setRunning(running)
                .setReason(reason)).build();
    }

    private static final class Answer implements MemberSession.Reply {
        private Optional<String> end = Optional.empty();

        @Override
        public void message(ByteString message) {
            throw new AssertionError("no response is expected");
        }

        @Override
        public void end(Status status) {
            end = Optional.of(String.valueOf(status.getDescription()));
        }
    }

    /** The controller's end of a stream without a transport. */
    private static final class FakeStream extends ServerCallStreamObserver<ControllerMessage> {
        private final List<ControllerMessage> sent = new CopyOnWriteArrayList<>();
        private volatile boolean ready = true;
        private volatile Optional<String> error = Optional.empty();
        private volatile int requested;
        private Runnable onReady = () -> {
        };
        private Runnable onCancel = () -> {
        };
        @SuppressWarnings("NullAway.Init")
        private StreamObserver<MemberMessage> from;

        List<Long> desired() {
            return sent.stream().filter(ControllerMessage::hasDesired)
                    .map(message -> message.getDesired().getFence().getRevision()).toList();
        }

        @Override
        public void onNext(ControllerMessage message) {
            sent.add(message);
        }

        @Override
        public void onError(Throwable t) {
            error = Optional.of(String.valueOf(t.getMessage()));
        }

        @Override
        public void onCompleted() {
            error = Optional.of("completed");
        }

        @Override
        public boolean isCancelled() {
            return error.isPresent();
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            onReady = handler;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {
            onCancel = handler;
        }

        @Override
        public void request(int count) {
            requested = requested + count;
        }

        @Override
        public void setOnCloseHandler(Runnable handler) {
            // The test ends streams by onCancel.
        }

        @Override
        public void disableAutoRequest() {
            // Nothing is requested by itself here.
        }

        @Override
        public void disableAutoInboundFlowControl() {
            // The test asks for nothing.
        }

        @Override
        public void setCompression(String compression) {
            throw new UnsupportedOperationException(compression);
        }

        @Override
        public void setMessageCompression(boolean enable) {
            throw new UnsupportedOperationException();
        }
    }
}
